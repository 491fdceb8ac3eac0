import { at, docAt, isDoc, listAt, move, put, textAt, textsAt } from './document'
import type { Doc } from './document'
import { readSpan, writeSpan } from './span'
import type { Span } from './span'

export const URGENCIES = ['critical', 'high', 'normal', 'trivial'] as const
export const VALUES = ['high', 'standard', 'low'] as const
export const AXES = ['urgency', 'value'] as const

/** How fast somebody is needed, and how much the customer or the thing matters. Each has rules of its own. */
export type Axis = (typeof AXES)[number]

export const LEVELS: Readonly<Record<Axis, readonly string[]>> = { urgency: URGENCIES, value: VALUES }

/** What holds where no rule matches. */
export const USUAL: Readonly<Record<Axis, string>> = { urgency: 'normal', value: 'standard' }

/** One rule as a sentence with choices. An empty list is no condition. */
export interface Sentence {
  readonly id: string
  readonly things: readonly string[]
  /** Codes of reasons, and of their second level. */
  readonly reasons: readonly string[]
  readonly segments: readonly string[]
  readonly languages: readonly string[]
  /** The thing begins within so long from now. */
  readonly startsWithin: Span | undefined
  readonly is: string
}

const LISTS = { things: 'thing', reasons: 'reason', segments: 'segment', languages: 'language' } as const

export function rulesOf(doc: Doc, axis: Axis): readonly unknown[] {
  return listAt(doc, [axis])
}

export function readRule(raw: unknown): Sentence {
  return {
    id: textAt(raw, ['id']) ?? '',
    things: textsAt(raw, ['when', 'thing']),
    reasons: textsAt(raw, ['when', 'reason']),
    segments: textsAt(raw, ['when', 'segment']),
    languages: textsAt(raw, ['when', 'language']),
    startsWithin: readSpan(at(raw, ['when', 'startsWithin'])),
    is: textAt(raw, ['is']) ?? '',
  }
}

/** The rule with what the sentence says now; what it says as before is left as it was written, and what it does not say too. */
export function writeRule(raw: unknown, sentence: Sentence): Doc {
  const before = readRule(raw)
  let doc: Doc = isDoc(raw) ? raw : { id: sentence.id, when: {}, is: sentence.is }
  if (sentence.id !== before.id) doc = put(doc, ['id'], sentence.id)
  for (const [list, name] of Object.entries(LISTS) as [keyof typeof LISTS, string][]) {
    if (sameTexts(sentence[list], before[list])) continue
    doc = put(doc, ['when', name], sentence[list].length === 0 ? undefined : sentence[list])
  }
  const { startsWithin } = sentence
  const [span, old] = [startsWithin, before.startsWithin].map((each) => each && writeSpan(each))
  if (span !== old) doc = put(doc, ['when', 'startsWithin'], span)
  if (sentence.is !== before.is) doc = put(doc, ['is'], sentence.is)
  return doc
}

export function setRule(doc: Doc, axis: Axis, place: number, sentence: Sentence): Doc {
  const raw = rulesOf(doc, axis)[place]
  const written = writeRule(raw, sentence)
  return written === raw ? doc : put(doc, [axis, place], written)
}

export function moveRule(doc: Doc, axis: Axis, from: number, to: number): Doc {
  const rules = rulesOf(doc, axis)
  const moved = move(rules, from, to)
  return moved === rules ? doc : put(doc, [axis], moved)
}

export function removeRule(doc: Doc, axis: Axis, place: number): Doc {
  return put(doc, [axis, place], undefined)
}

/** A new rule at the end, not yet about anybody: its first condition has still to be chosen. */
export function addRule(doc: Doc, axis: Axis): Doc {
  return put(doc, [axis], [...rulesOf(doc, axis), { id: freeId(doc, axis), when: {}, is: 'high' }])
}

/** `U4` after U1 to U3; ids stand in every decision, so none is used again while the page knows of it. */
export function freeId(doc: Doc, axis: Axis): string {
  const letter = axis === 'urgency' ? 'U' : 'V'
  const numbers = rulesOf(doc, axis).flatMap((raw) => {
    const [, number] = new RegExp(`^${letter}(\\d{1,6})$`).exec(readRule(raw).id) ?? []
    return number === undefined ? [] : [Number(number)]
  })
  return `${letter}${String(Math.max(0, ...numbers) + 1)}`
}

export interface AtLeast {
  readonly urgency?: string
  readonly value?: string
}

export function levelsAt(raw: unknown): readonly AtLeast[] {
  if (!Array.isArray(raw)) return []
  return (raw as readonly unknown[]).map((one) => {
    const [urgency, value] = [textAt(one, ['urgency']), textAt(one, ['value'])]
    return { ...(urgency !== undefined && { urgency }), ...(value !== undefined && { value }) }
  })
}

/** Channels a contact of this level may be offered, in order. */
export function channelsFor(
  doc: Doc,
  level: { readonly urgency: string; readonly value: string },
): readonly string[] {
  const rank = (list: readonly string[], name: string): number => list.indexOf(name)
  return textsAt(doc, ['order']).filter((channel) => {
    const rule = docAt(doc, ['channels', channel])
    const reached = levelsAt(rule.from).some(
      ({ urgency, value }) =>
        (urgency === undefined || rank(URGENCIES, urgency) >= rank(URGENCIES, level.urgency)) &&
        (value === undefined || rank(VALUES, value) >= rank(VALUES, level.value)),
    )
    return rule.active === true && reached
  })
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, n) => text === other[n])
}
