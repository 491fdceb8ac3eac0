import type { PromiseBroken, PromisePublished } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'
import type { PromiseEvent } from './promise.js'

export interface PromiseRow {
  readonly promiseId: string
  readonly channel: PromisePublished['channel']
  /** Oldest first. */
  readonly versions: readonly PromisePublished[]
  /** Spans in which less was kept than promised, oldest first. */
  readonly broken: readonly PromiseBroken[]
}

export const promisesView: View<PromiseRow, PromiseEvent> = {
  name: 'insight.promises',
  version: 1,
  on: ['throughline.PromisePublished.v1', 'throughline.PromiseBroken.v1'],
  async project(event, rows) {
    const row = await rows.get(event.data.promiseId)
    switch (event.type) {
      case 'throughline.PromisePublished.v1': {
        const { promiseId, channel } = event.data
        const versions = [...(row?.versions ?? []), event.data]
        rows.put(promiseId, { promiseId, channel, versions, broken: row?.broken ?? [] }, { all: channel })
        return
      }
      case 'throughline.PromiseBroken.v1':
        if (row)
          rows.put(row.promiseId, { ...row, broken: [...row.broken, event.data] }, { all: row.channel })
    }
  },
}

/** The version in force at a moment, and with it until when. */
export function inForce(
  { versions }: PromiseRow,
  at: Instant,
): { readonly terms: PromisePublished; readonly until?: Instant } | undefined {
  const index = versions.findLastIndex(({ validFrom }) => validFrom <= at)
  const terms = versions[index]
  const until = versions[index + 1]?.validFrom
  return terms && { terms, ...(until !== undefined && { until }) }
}
