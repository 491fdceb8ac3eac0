import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'
import type { PolicyEvent } from './policy.js'

export interface PublishedRow {
  readonly policy: string
  readonly version: number
  readonly publishedAt: Instant
  /** Who published it, as it stands in events: `staff:<id>`. */
  readonly by: string
  /** The reason for the change, in the words of who published it. */
  readonly why?: string
}

/** Which versions there are and since when; the documents stand in the log. */
export const publishedView: View<PublishedRow, PolicyEvent> = {
  name: 'routing.policies',
  version: 2,
  on: ['throughline.ChannelPolicyPublished.v1'],
  async project({ data: { policy, version, why }, recordedAt, actor }, rows) {
    await Promise.resolve()
    const place = String(version).padStart(8, '0')
    const row = { policy, version, publishedAt: recordedAt, by: actor, ...(why !== undefined && { why }) }
    rows.put(`${policy}@${String(version)}`, row, { [`policy:${policy}`]: place })
    const newest = await rows.get(`newest:${policy}`)
    if (newest === undefined || newest.version < version)
      rows.put(`newest:${policy}`, row, { newest: policy })
  },
}
