import type { ContactLine } from '../api/contact'

export type Waiting =
  | { readonly is: 'nobody' }
  /** `dueBy`: until when an answer was promised, milliseconds since 1970; `share`: how much of that time is gone. */
  | {
      readonly is: 'customer'
      readonly since: number
      readonly dueBy: number | undefined
      readonly share: number
      /** So long that a running clock says nothing. */
      readonly slow: boolean
    }

const SLOW = 30 * 60_000

/** Whether she waits for us, since when, and what was promised: the first answer's time, and the same again for each after it. */
export function waitingOf(line: ContactLine, now: number): Waiting {
  const { unansweredSince, enteredAt, dueBy, state } = line
  if (unansweredSince === undefined || state === 'ended' || state === 'left' || state === 'wrapping') {
    return { is: 'nobody' }
  }
  const since = Date.parse(unansweredSince)
  if (dueBy === undefined) return { is: 'customer', since, dueBy: undefined, share: 0, slow: false }
  const promise = Date.parse(dueBy) - Date.parse(enteredAt ?? unansweredSince)
  const until =
    line.connectedAt === undefined ? Date.parse(dueBy) : Math.max(Date.parse(dueBy), since + promise)
  const from = Math.min(since, until)
  const share = until === from ? 1 : (now - from) / (until - from)
  return { is: 'customer', since, dueBy: until, share, slow: promise > SLOW }
}

/** Who waits longest against the promise comes first; then the others, last words first. */
export function byUrgency(lines: readonly ContactLine[]): readonly ContactLine[] {
  const dueOf = (line: ContactLine): number => {
    const waiting = waitingOf(line, 0)
    return waiting.is === 'nobody' ? Infinity : (waiting.dueBy ?? waiting.since)
  }
  const lastOf = (line: ContactLine): number => Date.parse(line.lastWords?.at ?? line.requestedAt)
  return lines.toSorted((a, b) => {
    const [one, other] = [dueOf(a), dueOf(b)]
    return one === other ? lastOf(b) - lastOf(a) : one - other
  })
}

/** Keeps the places of those that are there; who is new comes at the end. */
export function keepPlaces<Line extends { readonly id: string }>(
  lines: readonly Line[],
  places: readonly string[],
): readonly Line[] {
  const place = new Map(places.map((id, index) => [id, index]))
  return lines.toSorted((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity) || 0)
}
