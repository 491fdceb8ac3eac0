/**
 * What journeys look like (C49): which step follows which, and which paths are commonly taken, kept as each step
 * arrives. Steps are at most about twenty names to which events are mapped; the map is the caller's, and versioned.
 * Directly-follows edges are not causes, and filters act on journeys, never on edges.
 */
export interface Step {
  /** Id of the event: the same again changes nothing. */
  readonly id: string
  readonly journey: string
  readonly step: string
  /** Milliseconds, and the place in the log for what happened at the same moment. */
  readonly at: number
  readonly position: number
}

export interface Variant {
  readonly path: readonly string[]
  readonly journeys: number
}

interface Trace {
  /** In the order in which they happened. */
  readonly steps: Step[]
}

const BETWEEN = ' → '

export class Anatomy {
  readonly #seen = new Set<string>()
  readonly #traces = new Map<string, Trace>()
  readonly #edges = new Map<string, number>()
  readonly #starts = new Map<string, number>()
  readonly #ends = new Map<string, number>()
  readonly #variants = new Map<string, Variant>()
  #events = 0

  /** @param folded whether a step that repeats at once counts as one */
  constructor(private readonly folded = true) {}

  /** Counts the step's own journey anew, and no other: what it costs is that journey's length. */
  add(step: Step): void {
    if (this.#seen.has(step.id)) return
    this.#seen.add(step.id)
    const trace = this.#traces.get(step.journey) ?? { steps: [] }
    this.#traces.set(step.journey, trace)
    this.#count(trace, -1)
    let index = trace.steps.length
    for (
      let before = trace.steps[index - 1];
      before && isLater(before, step);
      before = trace.steps[index - 1]
    )
      index -= 1
    trace.steps.splice(index, 0, step)
    this.#count(trace, 1)
  }

  get journeys(): number {
    return this.#traces.size
  }

  /** Steps counted, after folding. */
  get events(): number {
    return this.#events
  }

  /** How often one step directly followed another. */
  edges(): readonly { readonly from: string; readonly to: string; readonly count: number }[] {
    return [...this.#edges].map(([edge, count]) => {
      const [from = '', to = ''] = edge.split(BETWEEN)
      return { from, to, count }
    })
  }

  starts(): ReadonlyMap<string, number> {
    return this.#starts
  }

  ends(): ReadonlyMap<string, number> {
    return this.#ends
  }

  /** Commonest first; equals in the order of their names. */
  variants(): readonly Variant[] {
    const named = [...this.#variants].sort(
      ([a, one], [b, other]) => other.journeys - one.journeys || (a < b ? -1 : 1),
    )
    return named.map(([, variant]) => variant)
  }

  /** The commonest path with its share of journeys; undefined where none is taken by a fifth of them. */
  typicalPath(): (Variant & { readonly share: number }) | undefined {
    const [first] = this.variants()
    if (!first || first.journeys * 5 < this.journeys) return undefined
    return { ...first, share: first.journeys / this.journeys }
  }

  /** How many variants it takes to cover this share of journeys. */
  variantsFor(share = 0.8): number {
    let covered = 0
    let count = 0
    for (const variant of this.variants()) {
      if (covered >= share * this.journeys) break
      covered += variant.journeys
      count += 1
    }
    return count
  }

  #count(trace: Trace, sign: 1 | -1): void {
    const path = this.#path(trace)
    const [first] = path
    const last = path.at(-1)
    if (first === undefined || last === undefined) return
    this.#events += sign * path.length
    bump(this.#starts, first, sign)
    bump(this.#ends, last, sign)
    path.slice(1).forEach((to, index) => {
      bump(this.#edges, `${path[index] ?? ''}${BETWEEN}${to}`, sign)
    })
    const key = path.join(BETWEEN)
    const journeys = (this.#variants.get(key)?.journeys ?? 0) + sign
    if (journeys === 0) this.#variants.delete(key)
    else this.#variants.set(key, { path, journeys })
  }

  #path({ steps }: Trace): readonly string[] {
    const names = steps.map((each) => each.step)
    return this.folded ? names.filter((name, index) => index === 0 || name !== names[index - 1]) : names
  }
}

function isLater(a: Step, b: Step): boolean {
  return a.at > b.at || (a.at === b.at && a.position > b.position)
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}

/**
 * How far a path is from a declared one: moves to take out and to put in (edit distance over steps). Optional steps may
 * be missing and repeatable ones repeated for nothing. Fitness is 1 − moves ÷ the longer of the two.
 */
export interface DeclaredStep {
  readonly step: string
  readonly optional?: boolean
  readonly repeatable?: boolean
}

export function conformance(
  path: readonly string[],
  declared: readonly DeclaredStep[],
): { readonly moves: number; readonly fitness: number } {
  let row = declared.reduce<number[]>(
    (costs, each) => [...costs, (costs.at(-1) ?? 0) + (each.optional === true ? 0 : 1)],
    [0],
  )
  path.forEach((name, taken) => {
    const next = [taken + 1]
    declared.forEach((each, index) => {
      const skipped = (next[index] ?? 0) + (each.optional === true ? 0 : 1)
      const extra =
        (row[index + 1] ?? 0) +
        (each.repeatable === true && each.step === name && path[taken - 1] === name ? 0 : 1)
      const met = each.step === name ? (row[index] ?? 0) : Infinity
      next.push(Math.min(skipped, extra, met))
    })
    row = next
  })
  const moves = row.at(-1) ?? 0
  const longer = Math.max(path.length, declared.length)
  return { moves, fitness: longer === 0 ? 1 : 1 - moves / longer }
}
