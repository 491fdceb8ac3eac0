import { Injectable } from '@nestjs/common'
import { EventStore, has, ViewStore } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { contacts, unknownContact } from './contact.js'
import type { Begun, By } from './contact.js'
import type { Escalation } from './escalation.js'
import { journeyContext } from './journey-context.js'
import { policiesView } from './lookup.view.js'
import { goesBy, idsOf } from './people.view.js'
import { Presence } from './presence.js'

/** A contact somebody may know of. */
export interface Known {
  readonly state: Begun
  readonly version: number
  readonly by: By
  /** The command with the contact's keys. */
  readonly command: Command
}

/** Who may know of a contact. Foreign and unknown ones are told alike. */
@Injectable()
export class ContactAccess {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly presence: Presence,
  ) {}

  /** @throws Refused `contact.unknown` */
  async open(contactId: string, caller: Caller, command: Command): Promise<Known> {
    const { state, version } = await this.store.load(contacts, contactId)
    if (state.status === 'none') throw unknownContact()
    const { requested, holders, journeyId } = state.contact
    if (!isStaff(caller)) {
      const ids = await idsOf(this.views, caller.id)
      if (!ids.some((id) => id === requested.person.id || holders.includes(id))) throw unknownContact()
    }
    const customerId = await goesBy(this.views, requested.person.id)
    const by = byOf(caller)
    // A page that asks again and again, where live streams are blocked, shows that she is there as well.
    if (by.is === 'customer') this.presence.restart(contactId)
    return { state, version, by, command: { ...command, journeyId, customerId } }
  }

  async read(contactId: string, caller: Caller): Promise<Known> {
    return this.open(contactId, caller, { id: '', actor: caller.actor })
  }

  /** The keys of a contact for a command the service gives itself. */
  async system(contactId: string, command: Command): Promise<Known | undefined> {
    const { state, version } = await this.store.load(contacts, contactId)
    if (state.status === 'none') return undefined
    const { requested, journeyId } = state.contact
    const customerId = await goesBy(this.views, requested.person.id)
    return { state, version, by: { is: 'system' }, command: { ...command, journeyId, customerId } }
  }

  /** The declared ways of the policy whose channels the journey was offered. */
  async escalation(journeyId: string): Promise<readonly Escalation[]> {
    const { offered } = journeyContext(await this.store.readJourney(journeyId))
    if (offered === undefined) return []
    return (await this.views.row(policiesView, offered.policy))?.escalation ?? []
  }
}

/** Those who work for the customers; a client is one here when it sees calls or hands over contacts. */
export function isStaff(caller: Caller): boolean {
  return has(caller, 'agent', 'supervisor', 'back-office')
}

function byOf(caller: Caller): By {
  if (has(caller, 'agent')) return { is: 'agent', id: caller.id }
  if (has(caller, 'supervisor')) return { is: 'supervisor' }
  if (has(caller, 'back-office')) return { is: 'telephony' }
  return { is: 'customer' }
}
