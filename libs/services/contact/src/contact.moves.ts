import type { Channel, EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import {
  agentOf,
  begun,
  closing,
  contactOver,
  isCall,
  isOver,
  lastLeg,
  refuseOtherAgents,
} from './contact.js'
import type { By, Contact, ContactState, ContactStreamEvent } from './contact.js'
import type { Escalation } from './escalation.js'
import { declares } from './escalation.js'

type Decided = readonly ContactStreamEvent[]

/** Routing says who has it. The last word counts; one about a channel that was left says nothing any more. */
export const takeContact =
  ({ agentId, channel }: { readonly agentId: string; readonly channel: Channel }) =>
  (state: ContactState): Decided => {
    if (isOver(state) || state.status === 'none') return []
    const { contact } = state
    const { leg, channel: present, call } = lastLeg(contact)
    if (agentOf(state) === agentId || channel !== present) return []
    const of = { contactId: contact.contactId, journeyId: contact.journeyId }
    // Whoever had it has left: the next one hears her when she comes back, and sums up when she does not.
    if (state.status === 'dropped') return [{ type: 'throughline.ContactTaken.v1', data: { ...of, agentId } }]
    // A call that was transferred is spoken on already; any other has to be answered first.
    if (!isCall(channel) || call === 'answered' || call === 'held') {
      return [{ type: 'throughline.ContactConnected.v1', data: { ...of, leg, channel, agentId } }]
    }
    return [
      { type: 'throughline.ContactTaken.v1', data: { ...of, agentId } },
      ...(call === 'none' ? [{ type: 'throughline.CallRang.v1', data: { ...of, leg } } as const] : []),
    ]
  }

export interface GoingOn {
  readonly to: Channel
  readonly by: By
  readonly leg: Pick<EventOf<'throughline.LegOpened.v1'>['data'], 'by' | 'assurance' | 'adapter'>
  /** The only moves there are (C75). */
  readonly escalation: readonly Escalation[]
  /** Of the code or token that is the proof, where there is one. */
  readonly proof?: { readonly digest: string; readonly now: Instant }
  /** Who held the proof, where that is not the customer. */
  readonly holderId?: string
}

/** The same contact over another leg: after a drop, by a code or token, or because somebody moves it. */
export const goOn =
  ({ to, by, leg, escalation, proof, holderId }: GoingOn) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    const { contactId, journeyId } = contact
    if (proof !== undefined) refuseUselessProof(contact, proof)
    if (isOver(state)) throw contactOver()
    refuseOtherAgents(begun(state), by)
    const { leg: last, channel: from, open } = lastLeg(contact)
    const proven: Decided = [
      ...(proof === undefined
        ? []
        : [
            {
              type: 'throughline.ContinuationUsed.v1',
              data: { contactId, journeyId, digest: proof.digest, channel: to },
            } as const,
          ]),
      ...(holderId === undefined || contact.holders.includes(holderId)
        ? []
        : [
            { type: 'throughline.ContactHolderJoined.v1', data: { contactId, journeyId, holderId } } as const,
          ]),
    ]
    if (from === to && open) return proven
    const side = by.is === 'agent' || by.is === 'supervisor' ? 'agent' : 'customer'
    const causes = state.status === 'dropped' ? (['dropped', side] as const) : ([side] as const)
    if (from !== to && !causes.some((cause) => declares(escalation, from, to, cause))) {
      throw moveNotDeclared(from, to)
    }
    return [
      ...proven,
      ...closing(contact, 'moved', 'moved'),
      {
        type: 'throughline.LegOpened.v1',
        data: { contactId, journeyId, leg: last + 1, channel: to, ...leg },
      },
      {
        type: 'throughline.ContactResumed.v1',
        data: { contactId, journeyId, leg: last + 1, from, channel: to },
      },
    ]
  }

/** Only whoever has it passes it on. The leg stays open: the customer waits where she is. */
export const transferContact =
  (transfer: {
    readonly agentId: string
    readonly toAgentId?: string
    readonly skills: readonly string[]
    readonly why: string
  }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (isOver(state)) throw contactOver()
    refuseOtherAgents(begun(state), { is: 'agent', id: transfer.agentId })
    if (state.status !== 'connected') {
      throw new Refused(
        'conflict',
        'contact.not-connected',
        'Only a contact that is spoken in can be transferred.',
      )
    }
    if (transfer.toAgentId === transfer.agentId) {
      throw new Refused('invalid', 'contact.transfer-to-self', 'It is with you already.', {
        field: 'toAgentId',
      })
    }
    const { agentId: fromAgentId, toAgentId, skills, why } = transfer
    const { contactId, journeyId } = contact
    return [
      {
        type: 'throughline.ContactTransferred.v1',
        data: {
          contactId,
          journeyId,
          fromAgentId,
          ...(toAgentId !== undefined && { toAgentId }),
          skills,
          why,
        },
      },
    ]
  }

/** The customer is gone in the middle. Nothing to do when nobody was connected or the leg in question is closed. */
export const dropContact =
  ({ leg, cause }: { readonly leg: number; readonly cause: string }) =>
  (state: ContactState): Decided => {
    if (state.status !== 'connected') return []
    const { contact } = state
    const present = lastLeg(contact)
    if (present.leg !== leg || !present.open) return []
    const { contactId, journeyId } = contact
    return [
      { type: 'throughline.ContactDropped.v1', data: { contactId, journeyId, leg, cause } },
      ...closing(contact, 'dropped', cause),
    ]
  }

function refuseUselessProof(
  contact: Contact,
  { digest, now }: { readonly digest: string; readonly now: Instant },
): void {
  const kept = contact.continuations.find((each) => each.digest === digest)
  if (kept === undefined || kept.used || now >= kept.expiresAt) throw continuationUnknown()
}

/** One answer for every cause: altered, expired, used, never issued (H03). */
export function continuationUnknown(): Refused {
  return new Refused('not-found', 'contact.continuation-unknown', 'This code or link opens nothing.', {
    todo: 'Ask for a new one where the contact began, or sign in.',
  })
}

function moveNotDeclared(from: Channel, to: Channel): Refused {
  return new Refused(
    'conflict',
    'contact.move-not-declared',
    `A contact cannot go on from ${from} to ${to}: no such way is declared.`,
    { field: 'channel', todo: 'Choose a declared channel, or stay on this one.', more: { from, to } },
  )
}
