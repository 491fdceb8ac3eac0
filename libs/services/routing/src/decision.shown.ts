import type { ChannelOffer } from '@throughline/contracts'
import { toInstant } from '@throughline/kernel'
import { isChannel } from './channels.js'
import { levelTold, waitTold } from './entry.js'
import type { OfferedChannels } from './decision.js'
import type { ChannelDecision, ChannelsDecision, Gates, Snapshot } from './policy/channel-offers.js'
import type { JourneyFacts } from './policy/channel-policy.js'
import { displayedWait } from './policy/expected-wait.js'
import type { WaitInterval } from './policy/expected-wait.js'

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

/** A decision as the customer is told it: what there is in the policy's order, what there is not with its reasons. */
export function channelsShown({ channels, shortfall, level, segment }: ChannelsDecision) {
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
      answerBy: one.promisedBy === null ? null : toInstant(one.promisedBy),
    })),
    notOffered: channels
      .filter((one) => !one.offered)
      .map(({ channel, pace, because }) => ({ channel, pace, because })),
    shortfall:
      shortfall === null
        ? null
        : {
            pace: shortfall.pace,
            because: shortfall.because,
            instead: shortfall.else.map(({ channel, at }) => ({
              channel,
              at: at === null ? null : toInstant(at),
            })),
          },
  }
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
