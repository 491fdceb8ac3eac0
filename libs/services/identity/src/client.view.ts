import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'
import type { ClientEvent, ClientRole } from './client.js'

export interface ClientRow {
  readonly id: string
  readonly name: string
  readonly roles: readonly ClientRole[]
  readonly status: 'enabled' | 'disabled'
  readonly madeAt: Instant
}

/** Systems that call in their own name: `all`. */
export const clientsView: View<
  ClientRow,
  Extract<ClientEvent, { readonly type: 'throughline.ClientMade.v1' | 'throughline.ClientDisabled.v1' }>
> = {
  name: 'identity.clients',
  version: 1,
  on: ['throughline.ClientMade.v1', 'throughline.ClientDisabled.v1'],
  async project(event, rows) {
    switch (event.type) {
      case 'throughline.ClientMade.v1': {
        const { clientId: id, name, roles } = event.data
        const row: ClientRow = { id, name, roles, status: 'enabled', madeAt: event.recordedAt }
        rows.put(id, row, { all: row.madeAt })
        return
      }
      case 'throughline.ClientDisabled.v1': {
        const row = await rows.get(event.data.clientId)
        if (row !== undefined) rows.put(row.id, { ...row, status: 'disabled' }, { all: row.madeAt })
      }
    }
  },
}
