import type { ReasonsPublished } from '@throughline/contracts'
import type { View } from '@throughline/ports'
import type { ReasonsEvent } from './reasons.js'

/** Name of the reasons a host uses that has published no others. */
export const TAXONOMY = 'reasons'

export interface ReasonsRow extends ReasonsPublished {
  readonly publishedAt: string
}

/** Every published version under `<taxonomy>@<version>`, in the list of its taxonomy by version; the last is in force. */
export const reasonsVersions: View<ReasonsRow, ReasonsEvent> = {
  name: 'my-stuff.reasons',
  version: 1,
  on: ['throughline.ReasonsPublished.v1'],
  project: async ({ data, occurredAt }, rows) => {
    await Promise.resolve()
    const { taxonomy, version } = data
    rows.put(
      `${taxonomy}@${String(version)}`,
      { ...data, publishedAt: occurredAt },
      {
        [`taxonomy:${taxonomy}`]: String(version).padStart(9, '0'),
      },
    )
  },
}
