import type { Offer, OfferedChannel, WaitShown } from '../api/routing'
import type { Format } from '../words/format'

/** A channel in the place it had when she came, with what holds now; undefined when it shut meanwhile. */
export interface Row {
  readonly channel: string
  readonly now: OfferedChannel | undefined
  /** Marked since she came; the mark stays where it is, as the order does. */
  readonly best: boolean
}

/** The rows she saw first, with today's waits in them; what opened since comes last. */
export function rowsOf(first: Offer, now: Offer): readonly Row[] {
  const seen = new Set(first.channels.map(({ channel }) => channel))
  const later = now.channels.filter(({ channel }) => !seen.has(channel))
  return [...first.channels, ...later].map(({ channel, best }) => ({
    channel,
    now: now.channels.find((each) => each.channel === channel),
    best: best && seen.has(channel),
  }))
}

/** Seconds until most people have an answer; undefined where nobody waits on the line. */
export function upper({ wait }: { readonly wait: WaitShown | null }): number | undefined {
  return wait === null ? undefined : (wait.shown.to ?? Infinity)
}

/**
 * Another channel that answers sooner, once the best one takes longer than its promise, or than was said when she came where it
 * promises nothing by the minute.
 */
export function quickerNow(first: Offer, now: Offer): OfferedChannel | undefined {
  const [before] = first.channels
  if (before === undefined || now === first || upper(before) === undefined) return undefined
  const said = upper(before) ?? 0
  const promised = before.within !== null && 'minutes' in before.within ? before.within.minutes * 60 : said
  const best = now.channels.find(({ channel }) => channel === before.channel)
  const takes = best === undefined ? Infinity : (upper(best) ?? Infinity)
  if (takes <= Math.max(said, promised)) return undefined
  return (
    now.channels
      // A call back has a time of its own; on the others she waits.
      .filter(
        (each) =>
          each.pace === 'immediate' && each.channel !== before.channel && (upper(each) ?? Infinity) < takes,
      )
      .toSorted((one, other) => (upper(one) ?? Infinity) - (upper(other) ?? Infinity))[0]
  )
}

/** `About 2 min`; `Up to 30 min` where it may as well be at once. */
export function waitWords(
  { shown: { from, to } }: WaitShown,
  format: Format,
  say: (key: 'wait.up-to' | 'wait.over', values: { readonly time: string }) => string,
): string {
  if (to === null) return say('wait.over', { time: format.duration(from * 1_000) })
  if (to <= 60) return format.wait(to - 1)
  if (to > 300 && to > 3 * Math.max(from, 60)) {
    return say('wait.up-to', { time: format.duration(to * 1_000) })
  }
  return format.wait(to)
}
