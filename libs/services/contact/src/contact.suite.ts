import { fold } from '@throughline/kernel'
import type { Decision, Instant } from '@throughline/kernel'
import { refusal as refusalOf } from '@throughline/testing/decisions'
import { requestContact } from './contact.begin.js'
import { contacts } from './contact.js'
import type { ContactState, ContactStreamEvent } from './contact.js'
import { takeContact } from './contact.moves.js'
import type { Escalation } from './escalation.js'

/** Ids and moments that specs of the contact share. */
export const CONTACT = '0c000000-0000-7000-8000-000000000001'
export const JOURNEY = '0a000000-0000-7000-8000-000000000001'
export const ANA = '00000001-0000-7000-8000-000000000000'
export const JOEL = '00000004-0000-7000-8000-000000000000'
export const MIRA = '00000005-0000-7000-8000-000000000000'
export const MESSAGE = '0d000000-0000-7000-8000-000000000001'
export const NOW: Instant = '2026-11-20T09:00:00.000Z'
export const LATER: Instant = '2026-11-20T09:15:00.000Z'

export const WAYS: readonly Escalation[] = [
  { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent', 'dropped'] },
  { from: 'email', to: ['message', 'phone'], by: ['agent', 'overdue'] },
]

type Wish = Decision<ContactState, ContactStreamEvent>

/** The state after these wishes, one after the other. */
export function after(...wishes: readonly Wish[]): ContactState {
  return wishes.reduce<ContactState>((state, wish) => fold(contacts, wish(state), state), contacts.initial)
}

export function requested(
  channel: 'chat' | 'phone' | 'callback' | 'store' | 'social' | 'email',
  words?: string,
): Wish {
  return requestContact({
    requested: {
      contactId: CONTACT,
      journeyId: JOURNEY,
      person: { id: ANA, assurance: 'code' },
      channel,
      readings: [],
      ...(words !== undefined && { words }),
    },
    leg: { by: 'session', assurance: 'code', adapter: 'web' },
  })
}

export const taken = (channel: 'chat' | 'phone' | 'callback' | 'social' | 'store', agentId = JOEL): Wish =>
  takeContact({ agentId, channel })

/** Short names of events, in order. */
export function names(events: readonly ContactStreamEvent[]): readonly string[] {
  return events.map(({ type }) => type.split('.')[1] ?? type)
}

/** The code a wish is refused with. */
export function refusal(wish: Wish, state: ContactState): string {
  return refusalOf(() => wish(state))
}
