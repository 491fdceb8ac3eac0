import { Injectable } from '@nestjs/common'
import type { StaffRole } from '@throughline/contracts'
import { Ids, Refused } from '@throughline/kernel'
import { EventStore, viewId, ViewStore } from '@throughline/ports'
import type { Command, Page, PageRequest, Transacted } from '@throughline/ports'
import { addressId, readEmail } from './address.js'
import { addresses, addressTaken, claimIfFree, releaseAddress } from './address-claim.js'
import { step } from './command.js'
import type { SessionEnd } from './session.js'
import { SessionService } from './session.service.js'
import { addStaff, changeRoles, removeStaff, staff, staffUnknown } from './staff.js'
import type { StaffEvent, StaffState } from './staff.js'
import { staffView } from './staff.view.js'
import type { StaffRow } from './staff.view.js'

type ToldStaff = Transacted<StaffState, StaffEvent>

@Injectable()
export class StaffService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly sessions: SessionService,
  ) {}

  /** @throws Refused `identity.address-taken` when somebody else works under this address */
  async add(
    wish: { readonly name: string; readonly email: string; readonly roles: readonly StaffRole[] },
    command: Command,
    own = this.ids.derive('staff', command.id),
  ): Promise<{ readonly told: ToldStaff; readonly id: string }> {
    const address = readEmail(wish.email)
    const mailbox = addressId(this.ids, address)
    const free = claimIfFree({ holder: 'staff', holderId: own })
    const { state } = await this.store.transact(addresses, mailbox, free, step(command, 'claim'))
    const id = await this.#unlessTaken(state.staff ?? own, own)
    const added = addStaff({ staffId: id, name: wish.name, email: address.address, roles: wish.roles })
    return { told: await this.store.transact(staff, id, added, command), id }
  }

  /** @throws Refused `identity.staff-unknown`, `identity.staff-left`, `identity.last-administrator` */
  async changeRoles(id: string, roles: readonly StaffRole[], command: Command): Promise<ToldStaff> {
    if (!roles.includes('administrator')) await this.#keepAnAdministrator(id)
    const told = await this.store.transact(staff, id, changeRoles({ staffId: id, roles }), command)
    await this.#endOutdated(told.state, 'roles-changed', command)
    return told
  }

  /** @throws Refused `identity.staff-unknown`, `identity.last-administrator` */
  async remove(id: string, command: Command): Promise<ToldStaff> {
    await this.#keepAnAdministrator(id)
    const told = await this.store.transact(staff, id, removeStaff({ staffId: id }), command)
    await this.#endOutdated(told.state, 'revoked', command)
    if (told.state.status === 'left') {
      const mailbox = addressId(this.ids, readEmail(told.state.email))
      const release = releaseAddress({ holder: 'staff', holderId: id })
      await this.store.transact(addresses, mailbox, release, step(command, 'release'))
    }
    return told
  }

  /** @throws Refused `identity.staff-unknown` */
  async get(id: string): Promise<{ readonly member: Omit<StaffRow, 'addedAt'>; readonly version: number }> {
    const { state, version } = await this.store.load(staff, id)
    if (state.status !== 'working') throw staffUnknown()
    const { name, email, roles } = state
    return { member: { id, name, email, roles }, version }
  }

  list({ role, ...page }: PageRequest & { readonly role?: string }): Promise<Page<StaffRow>> {
    return this.views.rows(staffView, role === undefined ? 'all' : `role:${role}`, page)
  }

  /** Makes the first administrator where nobody works yet. */
  async begin(email: string): Promise<void> {
    const id = this.ids.derive('staff', 'first')
    const { state } = await this.store.load(staff, id)
    if (state.status !== 'none' || (await this.views.count(viewId(staffView), 'all')) > 0) return
    const command = { id: 'identity/first-administrator', actor: 'system:identity' }
    await this.add({ name: 'Administrator', email, roles: ['administrator'] }, command, id)
  }

  // A claim without its member of staff is what a crash between the two left behind: it may be filled.
  async #unlessTaken(holder: string, own: string): Promise<string> {
    if (holder === own) return own
    const { state } = await this.store.load(staff, holder)
    if (state.status === 'none') return holder
    throw addressTaken()
  }

  // Sessions carry the roles they began with. A crash here is met at the session's next refresh.
  async #endOutdated(state: StaffState, why: SessionEnd, command: Command): Promise<void> {
    if (state.status === 'none') return
    for (const session of state.outdated) {
      await this.sessions.endIfOpen(session, why, step(command, `end-${session}`))
    }
  }

  // By the view: two administrators who remove each other at the same moment may both succeed. The operator client,
  // whose secret is on the machine, can always add another.
  async #keepAnAdministrator(id: string): Promise<void> {
    const { state } = await this.store.load(staff, id)
    if (state.status !== 'working' || !state.roles.includes('administrator')) return
    const others = await this.views.rows(staffView, 'role:administrator', { limit: 2 })
    if (others.items.some((member) => member.id !== id)) return
    throw new Refused('conflict', 'identity.last-administrator', 'This is the only administrator.', {
      todo: 'Make somebody else administrator first.',
    })
  }
}
