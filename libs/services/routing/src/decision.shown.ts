import type { ChannelOffer } from '@throughline/contracts'
import { fromInstant, MINUTE, toInstant } from '@throughline/kernel'
import { isChannel } from './channels.js'
import { levelTold, waitTold } from './entry.js'
import type { OfferedChannels } from './decision.js'
import type { ChannelDecision, ChannelsDecision, Gates, Snapshot } from './policy/channel-offers.js'
import { callbackSlots } from './policy/callback-slots.js'
import { policyFor } from './policy/channel-policy.js'
import type { ChannelPolicy, JourneyFacts } from './policy/channel-policy.js'
import { displayedWait } from './policy/expected-wait.js'
import type { WaitInterval } from './policy/expected-wait.js'
import { isOpen, nextOpening, openUntil } from './policy/opening-hours.js'
import { own } from './policy/own.js'

/** Everything a decision looked at, but for the policy, which is found by its version. */
export interface RecordedInputs {
  readonly facts: JourneyFacts
  readonly snapshot: Snapshot
  readonly gates: Gates
  /** Milliseconds since the epoch. */
  readonly at: number
}

export function isRecordedInputs(raw: unknown): raw is RecordedInputs {
  return (
    isMembers(raw) &&
    isMembers(raw.facts) &&
    isMembers(raw.snapshot) &&
    isMembers(raw.snapshot.channels) &&
    isMembers(raw.gates) &&
    typeof raw.at === 'number'
  )
}

/** A decision as it is recorded. */
export function offeredOf(
  decision: ChannelsDecision,
  of: Pick<OfferedChannels, 'decisionId' | 'journeyId' | 'policy' | 'version'>,
  inputs: RecordedInputs,
): OfferedChannels {
  const { engine, at, segment, level, channels, shortfall } = decision
  const causes = shortfall?.because.map(({ channel, because }) => `${channel}: ${because.join(', ')}`)
  return {
    ...of,
    engine,
    at: toInstant(at),
    level: levelTold(level),
    ...(segment !== null && { segment }),
    channels: channels.flatMap((channel) => offerOf(channel)),
    ...(causes !== undefined && { shortfall: causes.join('; ').slice(0, 200) }),
    inputs: { ...inputs },
  }
}

/**
 * A decision as the customer is told it: what there is in the policy's order, what there is not with its reasons. Hours
 * and times to be called in follow from the policy, the snapshot and the moment of the decision, never from now.
 */
export function channelsShown(
  { channels, shortfall, level, segment, at }: ChannelsDecision,
  { policy: base, snapshot }: { readonly policy: ChannelPolicy; readonly snapshot: Snapshot },
) {
  const policy = policyFor(base, segment ?? undefined)
  const offered = channels.filter((one) => one.offered)
  return {
    level: levelTold(level),
    segment,
    channels: offered.map((one, place) => ({
      channel: one.channel,
      best: place === 0,
      pace: one.pace,
      because: one.because,
      wait: one.wait === null ? null : waitShown(one.wait),
      answerBy: momentTold(one.promisedBy),
      until: hoursOf(policy, one.channel, at).until,
      within: withinOf(policy, one.channel),
      kept: own(snapshot.channels, one.channel)?.kept ?? null,
      ...(one.channel === 'callback' && {
        slots: callbackSlots(policy, one, own(snapshot.channels, one.channel), at).map(({ from, until }) => ({
          from: toInstant(from),
          until: toInstant(until),
        })),
      }),
    })),
    notOffered: channels
      .filter((one) => !one.offered)
      .map(({ channel, pace, because }) => ({
        channel,
        pace,
        because,
        opensAt: opensAgain(policy, channel, because, at),
      })),
    shortfall:
      shortfall === null
        ? null
        : {
            pace: shortfall.pace,
            because: shortfall.because,
            instead: shortfall.else.map(({ channel, at }) => ({
              channel,
              at: momentTold(at),
            })),
          },
  }
}

/**
 * Whether a channel is open at a moment, and when that changes. `until` is null when it is shut or never shuts,
 * `opensAt` when it is open, switched off or does not open within a year.
 */
export function hoursOf(policy: ChannelPolicy, channel: string, at: number) {
  const rule = own(policy.channels, channel)
  const hours = rule === undefined ? undefined : own(policy.hours, rule.hours)
  if (hours === undefined || rule?.active !== true) return { open: false, until: null, opensAt: null }
  const { timezone } = policy
  return isOpen(hours, timezone, at)
    ? { open: true, until: momentTold(openUntil(hours, timezone, at)), opensAt: null }
    : { open: false, until: null, opensAt: momentTold(nextOpening(hours, timezone, at)) }
}

/** One that closes before somebody could answer is as good as closed. */
function opensAgain(policy: ChannelPolicy, channel: string, because: readonly string[], at: number) {
  const { until, opensAt } = hoursOf(policy, channel, at)
  return until !== null && because.includes('closes-before')
    ? hoursOf(policy, channel, fromInstant(until)).opensAt
    : opensAt
}

/** The promise of the policy itself: minutes of opening time, or open days after today. */
export function withinOf(policy: ChannelPolicy, channel: string) {
  const within = own(policy.channels, channel)?.within
  if (within === undefined) return null
  return 'businessDays' in within
    ? { businessDays: within.businessDays }
    : { minutes: Math.ceil(within.milliseconds / MINUTE) }
}

function momentTold(at: number | null): string | null {
  return at === null ? null : toInstant(at)
}

/** Seconds, and the round steps that are shown of them; `to` is null for "more than". */
export function waitShown({ low, mid, high }: WaitInterval) {
  return { low, mid, high, shown: displayedWait({ low, mid, high }) }
}

function offerOf({ channel, offered, pace, because, promisedBy, wait }: ChannelDecision): ChannelOffer[] {
  if (!isChannel(channel)) return []
  return [
    {
      channel,
      offered,
      pace,
      because,
      ...(promisedBy !== null && { answerBy: toInstant(promisedBy) }),
      ...(wait !== null && { wait: waitTold(wait) }),
    },
  ]
}

function isMembers(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}
