import type { EventOf, StaffRole } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'

export interface StaffRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly StaffRole[]
  readonly addedAt: Instant
}

/** Who works here: `all`, and by `role:<role>`. */
export const staffView: View<
  StaffRow,
  | EventOf<'throughline.StaffAdded.v1'>
  | EventOf<'throughline.StaffRolesChanged.v1'>
  | EventOf<'throughline.StaffLeft.v1'>
> = {
  name: 'identity.staff',
  version: 1,
  on: ['throughline.StaffAdded.v1', 'throughline.StaffRolesChanged.v1', 'throughline.StaffLeft.v1'],
  async project(event, rows) {
    const { staffId } = event.data
    const put = (row: StaffRow): void => {
      const byRole = row.roles.map((role) => [`role:${role}`, row.addedAt] as const)
      rows.put(staffId, row, { all: row.addedAt, ...Object.fromEntries(byRole) })
    }
    switch (event.type) {
      case 'throughline.StaffAdded.v1': {
        const { name, email, roles } = event.data
        put({ id: staffId, name, email, roles, addedAt: event.recordedAt })
        return
      }
      case 'throughline.StaffRolesChanged.v1': {
        const row = await rows.get(staffId)
        if (row !== undefined) put({ ...row, roles: event.data.roles })
        return
      }
      case 'throughline.StaffLeft.v1':
        rows.remove(staffId)
    }
  },
}
