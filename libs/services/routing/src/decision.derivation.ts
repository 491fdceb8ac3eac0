import { compared } from '@throughline/ports'
import type { DecisionAuditor, Derived, LogReader, RecordedEvent } from '@throughline/ports'
import { isRecordedInputs, offeredOf } from './decision.shown.js'
import type { RecordedInputs } from './decision.shown.js'
import { decisions, offerChannels } from './decision.js'
import type { OfferedChannels } from './decision.js'
import { evaluateChannels, POLICY_ENGINE } from './policy/channel-offers.js'
import type { ChannelsDecision } from './policy/channel-offers.js'
import { readChannelPolicy } from './policy/channel-policy.reader.js'
import type { ChannelPolicy } from './policy/channel-policy.js'
import { policies } from './policy.js'
import type { PolicyDocument, PolicyEvent } from './policy.js'

/** A decision made again from what was recorded of it. */
export interface DecidedAgain {
  readonly decision: ChannelsDecision
  readonly policy: ChannelPolicy
  readonly snapshot: RecordedInputs['snapshot']
  /** The event it leads to. */
  readonly offered: OfferedChannels
}

/** Decides again under the document of the policy's version; undefined when the inputs cannot be read any more. */
export function decidedAgain(offered: OfferedChannels, document: PolicyDocument): DecidedAgain | undefined {
  const { decisionId, journeyId, policy: name, version, inputs } = offered
  if (!isRecordedInputs(inputs)) return undefined
  const policy = readChannelPolicy(document)
  const { decision } = evaluateChannels({ policy, version, ...inputs })
  return {
    decision,
    policy,
    snapshot: inputs.snapshot,
    offered: offeredOf(decision, { decisionId, journeyId, policy: name, version }, inputs),
  }
}

/** Which channels a journey was offered, from the facts, queues, gates and the moment that were recorded with it. */
export const channelsAudit: DecisionAuditor = ({ log }) => ({
  kind: 'channels',
  on: ['throughline.ChannelsOffered.v1'],
  async derive(event): Promise<Derived> {
    if (!isOffered(event)) return { outcome: 'underivable', because: 'It is no offer of channels.' }
    const { policy, version, engine, channels } = event.data
    if (engine !== POLICY_ENGINE) {
      const [theirs, ours] = [String(engine), String(POLICY_ENGINE)]
      return {
        outcome: 'underivable',
        because: `Rules of engine ${theirs} made it; this program has ${ours}.`,
      }
    }
    const document = await publishedBefore(log, policy, version, event.position)
    const again = document && decidedAgain(event.data, document)
    if (again === undefined) {
      const because =
        document === undefined
          ? `${policy} had no version ${String(version)} when it was made.`
          : 'What it was decided from was not recorded whole.'
      return { outcome: 'underivable', because }
    }
    const wanted = offerChannels(again.offered)(decisions.initial)
    // What is told beside it, a guarantee that could not be kept, stands in the same stream.
    const told = await log.readStream({ stream: decisions.name, id: event.data.decisionId })
    const recorded = told.filter(({ position }) => position >= event.position).map(plain)
    const names = (of: OfferedChannels['channels']) =>
      of.flatMap(({ channel, offered }) => (offered ? [channel] : [])).join(', ')
    const says = () =>
      `The channels should have been ${names(again.offered.channels)}; recorded were ${names(channels)}.`
    const same = compared(event.data, again.offered, says)
    if (same.outcome !== 'same') return same
    const types = (of: readonly { readonly type: string }[]) => of.map(({ type }) => type).join(' and ')
    return compared(
      recorded,
      wanted.map(plain),
      () => `Recorded should have been ${types(wanted)}; there stands ${types(recorded)}.`,
    )
  },
})

function plain({ type, data }: { readonly type: string; readonly data?: unknown }) {
  return { type, data }
}

function isOffered(event: RecordedEvent): event is RecordedEvent & { readonly data: OfferedChannels } {
  return event.type === 'throughline.ChannelsOffered.v1'
}

/** The document of a policy's version, as it stood before a position. */
async function publishedBefore(
  log: LogReader,
  policy: string,
  version: number,
  position: number,
): Promise<PolicyDocument | undefined> {
  const told = await log.readStream({ stream: policies.name, id: policy })
  return told
    .filter((event) => event.position < position)
    .flatMap((event) => (isPublished(event) ? [event.data.document] : []))[version - 1]
}

function isPublished(event: RecordedEvent): event is RecordedEvent<PolicyEvent> {
  return event.type === 'throughline.ChannelPolicyPublished.v1'
}
