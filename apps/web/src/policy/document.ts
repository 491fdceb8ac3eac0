/**
 * A policy as it is published: plain data. The page edits it place by place and never builds it anew, so that what it does
 * not know of stays as it was, and what nobody touched stays the same byte for byte.
 */
export type Doc = Readonly<Record<string, unknown>>

/** Names of members and places in lists, from the outside in. */
export type Path = readonly (string | number)[]

export function isDoc(raw: unknown): raw is Doc {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

export function at(raw: unknown, path: Path): unknown {
  let here = raw
  for (const step of path) {
    if (Array.isArray(here) && typeof step === 'number') here = (here as readonly unknown[])[step]
    else if (isDoc(here) && Object.hasOwn(here, step)) here = here[step]
    else return undefined
  }
  return here
}

/** The same with another value at one place; undefined takes the member away. Everything else is what it was. */
export function put(raw: Doc, path: Path, value: unknown): Doc {
  const changed = put1(raw, path, value)
  return isDoc(changed) ? changed : raw
}

function put1(raw: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(raw) ? raw : []
    if (rest.length === 0 && value === undefined) return list.filter((_, n) => n !== step)
    return list.map((one, n) => (n === step ? put1(one, rest, value) : one))
  }
  const members = isDoc(raw) ? raw : {}
  if (rest.length === 0 && value === undefined) {
    return Object.fromEntries(Object.entries(members).filter(([name]) => name !== step))
  }
  const below = put1(Object.hasOwn(members, step) ? members[step] : undefined, rest, value)
  if (Object.hasOwn(members, step)) {
    // In its old place: the order of members is part of what people compare.
    return Object.fromEntries(
      Object.entries(members).map(([name, one]) => [name, name === step ? below : one]),
    )
  }
  return { ...members, [step]: below }
}

export function listAt(raw: unknown, path: Path): readonly unknown[] {
  const found = at(raw, path)
  return Array.isArray(found) ? found : []
}

export function docAt(raw: unknown, path: Path): Doc {
  const found = at(raw, path)
  return isDoc(found) ? found : {}
}

export function textAt(raw: unknown, path: Path): string | undefined {
  const found = at(raw, path)
  return typeof found === 'string' ? found : undefined
}

/** A list of texts; one text alone counts as a list of it. */
export function textsAt(raw: unknown, path: Path): readonly string[] {
  const found = at(raw, path)
  const list: readonly unknown[] = Array.isArray(found) ? found : [found]
  return list.filter((one) => typeof one === 'string')
}

export function move<One>(list: readonly One[], from: number, to: number): readonly One[] {
  const one = list[from]
  if (one === undefined || to < 0 || to >= list.length || from === to) return list
  const rest = list.filter((_, n) => n !== from)
  return [...rest.slice(0, to), one, ...rest.slice(to)]
}

export function sameData(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

/** Members by name: their order says nothing about what a policy does. */
function sorted(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(sorted)
  if (!isDoc(raw)) return raw
  const members = Object.entries(raw).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, one]) => [name, sorted(one)]))
}
