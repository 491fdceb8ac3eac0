import type { EventOf } from '@throughline/contracts'
import type { Decision, Stream } from '@throughline/kernel'
import { sameData } from '@throughline/ports'

export type PolicyEvent = EventOf<'throughline.ChannelPolicyPublished.v1'>
export type PolicyDocument = PolicyEvent['data']['document']

/** One policy through all its versions; nothing published is ever edited. The id of the stream is the policy's name. */
export type PolicyState =
  { readonly status: 'none' } | { readonly status: 'published'; readonly versions: readonly PolicyDocument[] }

export const policies: Stream<PolicyState, PolicyEvent> = {
  name: 'policy',
  initial: { status: 'none' },
  evolve(state, { data }) {
    const before = state.status === 'none' ? [] : state.versions
    return { status: 'published', versions: [...before, data.document] }
  },
}

/** The document has been checked already. What is in force already is not published again, whatever the reason. */
export const publishPolicy =
  (policy: string, document: PolicyDocument, why?: string): Decision<PolicyState, PolicyEvent> =>
  (state) => {
    const versions = state.status === 'none' ? [] : state.versions
    if (sameData(versions.at(-1), document)) return []
    const version = versions.length + 1
    const data = { policy, version, document, ...(why !== undefined && { why }) }
    return [{ type: 'throughline.ChannelPolicyPublished.v1', data }]
  }
