import type { Channel } from '@throughline/contracts'
import type { World } from '@throughline/testing'

/** An id told apart by a number. */
export const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`

/** A journey of a customer or guest, with a thing and a reason where wished. */
export async function begin(
  world: World,
  journeyId: string,
  personId: string,
  told: { readonly reason?: string; readonly segment?: string } = {},
): Promise<void> {
  const where = { stream: 'journey', id: journeyId, journeyId, customerId: personId }
  const { reason, segment } = told
  await world.tell(
    'throughline.JourneyStarted.v1',
    {
      journeyId,
      person: { id: personId, assurance: 'code', ...(segment !== undefined && { segment }) },
      guest: false,
      entrance: 'need-help',
    },
    where,
  )
  if (reason === undefined) return
  const data = { journeyId, reason: { code: reason, label: reason } }
  await world.tell('throughline.ReasonChosen.v1', data, where)
}

/** A contact as the contact service tells of it. */
export async function request(
  world: World,
  told: {
    readonly contactId: string
    readonly journeyId: string
    readonly customerId: string
    readonly channel: Channel
    readonly reason?: string
    readonly callFrom?: string
    readonly callUntil?: string
    readonly caseId?: string
    readonly origin?: string
  },
): Promise<void> {
  const { contactId, journeyId, customerId, channel, reason, ...more } = told
  await world.tell(
    'throughline.ContactRequested.v1',
    {
      contactId,
      journeyId,
      channel,
      person: { id: customerId, assurance: 'code' },
      readings: [],
      ...(reason !== undefined && { reason: { code: reason, label: reason } }),
      ...more,
    },
    { stream: 'contact', id: contactId, journeyId, customerId, actor: `customer:${customerId}` },
  )
}
