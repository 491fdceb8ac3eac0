import { HOUR, MINUTE, SECOND } from '@throughline/kernel'
import type { ChannelDecision, ChannelStanding } from './channel-offers.js'
import type { ChannelPolicy } from './channel-policy.js'
import { openingsOfTwoDays } from './opening-hours.js'
import type { Interval } from './opening-hours.js'
import { own } from './own.js'

/** A time to be called in; moments in milliseconds since the epoch. */
export interface CallbackSlot {
  readonly from: number
  readonly until: number
}

const QUARTER = 15 * MINUTE
const LENGTH = 30 * MINUTE
/** Between the starts of two windows that are shown. */
const APART = 45 * MINUTE
const MOST = 5
/** Some of the windows are always of the next open day: today may suit nobody. */
const MOST_TODAY = 3

/**
 * Times in which a call back can be promised: inside opening hours, not before the queue is through, and not where so
 * many calls are promised already as half the hands on duty can make. The first is the last that keeps the promise of
 * the policy; the others come later today and on the next open day.
 */
export function callbackSlots(
  policy: ChannelPolicy,
  { channel, wait, promisedBy }: Pick<ChannelDecision, 'channel' | 'wait' | 'promisedBy'>,
  standing: ChannelStanding | undefined,
  at: number,
): readonly CallbackSlot[] {
  const rule = own(policy.channels, channel)
  const hours = rule === undefined ? undefined : own(policy.hours, rule.hours)
  if (hours === undefined) return []
  const { today, next } = openingsOfTwoDays(hours, policy.timezone, at)
  const earliest = up(at + Math.max(QUARTER, (wait?.high ?? 0) * SECOND))
  const promised = promisedBy === null ? earliest : Math.max(earliest, down(promisedBy) - LENGTH)
  const first = startsIn([...today, ...next], promised)[0]
  const free = (from: number): boolean => isFree(standing, from)
  if (first === undefined) return []
  const starts = [first, ...startsIn(today, first + APART).filter((from) => from > first)].filter(free)
  const later = startsIn(next, first + APART).filter(free)
  const ofToday = starts.slice(0, MOST_TODAY)
  return [...new Set([...ofToday, ...later])].slice(0, MOST).map((from) => ({ from, until: from + LENGTH }))
}

/** Starts not before a moment, so that the whole window lies inside an opening. */
function startsIn(openings: readonly Interval[], notBefore: number): readonly number[] {
  return openings.flatMap(([opens, shuts]) => {
    const starts: number[] = []
    for (let from = up(Math.max(opens, notBefore)); from + LENGTH <= shuts; from += APART) starts.push(from)
    return starts
  })
}

/** The other half of the hands is left to those who ring. */
function isFree(standing: ChannelStanding | undefined, from: number): boolean {
  const booked = (standing?.booked ?? []).filter((one) => from - LENGTH < one && one < from + LENGTH).length
  if (standing === undefined || booked === 0) return true
  const calls = (standing.signedOn * LENGTH) / SECOND / Math.max(1, standing.handle)
  return booked < Math.max(1, Math.floor(calls / 2))
}

// The quarters of the local clock are those of UTC: zones differ by whole quarters.
function up(at: number): number {
  return Math.ceil(at / QUARTER) * QUARTER
}

function down(at: number): number {
  return Math.floor(at / QUARTER) * QUARTER
}

/** Booked calls further away are no part of a decision. */
export const BOOKED_WITHIN = 4 * 24 * HOUR
