import type { TFunction } from 'i18next'
import type { ChannelStanding } from '../api/routing'
import type { Format } from '../words/format'

type Say = TFunction<'customer'>

const MINUTE = 60
const HOUR = 3_600

/** What is said beside Contact us: who answers soonest as the policy sees it, in what time, and until when. */
export function standingWords(
  channels: readonly ChannelStanding[],
  f: Format,
  say: Say,
  now: number,
): string | undefined {
  const quick = channels.filter(({ open, pace, wait }) => open && pace !== 'slow' && wait !== null)
  const first = quick.find(({ pace }) => pace === 'immediate') ?? quick[0]
  if (first !== undefined && first.wait !== null) {
    const wait = waitWords(first.wait.shown, f, say, now)
    const answers = say(`standing.${named(first.channel)}`, { wait })
    return first.until === null
      ? say('standing.always', { answers })
      : say('standing.until', { answers, until: momentIn(first.until, f, now) })
  }
  const opening = channels
    .filter(({ open, opensAt, pace }) => !open && opensAt !== null && pace !== 'slow')
    .sort((a, b) => Date.parse(a.opensAt ?? '') - Date.parse(b.opensAt ?? ''))[0]
  const write = channels.some(({ open, pace }) => open && pace === 'slow')
  if (opening !== undefined && opening.opensAt !== null) {
    const opens = say(`standing.${named(opening.channel)}-opens`, { at: momentIn(opening.opensAt, f, now) })
    return write ? say('standing.write-now', { opens }) : opens
  }
  return write ? say('standing.write') : undefined
}

/** A time of today; a moment of another day. */
function momentIn(at: string, f: Format, now: number): string {
  return f.day(at) === f.day(now) ? f.time(at) : f.momentIn(at)
}

function named(channel: string): 'chat' | 'phone' | 'callback' | 'other' {
  return channel === 'chat' || channel === 'phone' || channel === 'callback' ? channel : 'other'
}

/** The same rule as for the offered channels: a wide range is told by its end. */
function waitWords(
  { from, to }: { readonly from: number; readonly to: number | null },
  f: Format,
  say: Say,
  now: number,
): string {
  if (to === null) return say('standing.more-than', { count: minutes(from) })
  if (to <= MINUTE) return say('standing.under-a-minute')
  if (to >= HOUR) return say('standing.by', { at: f.time(now + to * 1_000) })
  if (to > 5 * MINUTE && to > 3 * Math.max(from, MINUTE)) return say('standing.up-to', { count: minutes(to) })
  return say('standing.about', { count: minutes(to) })
}

/** Whole minutes, from ten on by fives. */
function minutes(seconds: number): number {
  const count = Math.max(1, Math.round(seconds / MINUTE))
  return count > 10 ? Math.round(count / 5) * 5 : count
}
