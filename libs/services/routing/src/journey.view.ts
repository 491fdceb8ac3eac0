import type { EventOf, ItemSnapshot, ReasonSnapshot } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'

/** What routing knows of a journey. Parts come under different keys and in any order, so each is there or not yet. */
export interface JourneyRow {
  readonly journeyId: string
  readonly startedBy?: string
  readonly claimedBy?: string
  readonly segment?: string
  readonly language?: string
  readonly item?: { readonly value: Pick<ItemSnapshot, 'kind' | 'startsAt'>; readonly sequence: number }
  readonly reason?: { readonly value: Pick<ReasonSnapshot, 'code' | 'detail'>; readonly sequence: number }
  /** Who had its last contact. */
  readonly agent?: { readonly agentId: string; readonly at: Instant }
}

export type JourneyTold = EventOf<
  | 'throughline.JourneyStarted.v1'
  | 'throughline.JourneyClaimed.v1'
  | 'throughline.ItemChosen.v1'
  | 'throughline.ReasonChosen.v1'
  | 'throughline.ContactAssigned.v1'
>

export const journeysView: View<JourneyRow, JourneyTold> = {
  name: 'routing.journeys',
  version: 1,
  on: [
    'throughline.JourneyStarted.v1',
    'throughline.JourneyClaimed.v1',
    'throughline.ItemChosen.v1',
    'throughline.ReasonChosen.v1',
    'throughline.ContactAssigned.v1',
  ],
  async project(event, rows) {
    const { journeyId } = event.data
    const row = (await rows.get(journeyId)) ?? { journeyId }
    const { sequence } = event
    switch (event.type) {
      case 'throughline.JourneyStarted.v1': {
        const { id, segment, language } = event.data.person
        rows.put(journeyId, {
          ...row,
          startedBy: id,
          ...(segment !== undefined && row.claimedBy === undefined && { segment }),
          ...(language !== undefined && row.claimedBy === undefined && { language }),
        })
        return
      }
      case 'throughline.JourneyClaimed.v1': {
        const { id, segment, language } = event.data.person
        const { segment: _, language: __, ...rest } = row
        rows.put(journeyId, {
          ...rest,
          claimedBy: id,
          ...(segment !== undefined && { segment }),
          ...(language !== undefined && { language }),
        })
        return
      }
      case 'throughline.ItemChosen.v1': {
        if (row.item !== undefined && row.item.sequence > sequence) return
        const { kind, startsAt } = event.data.item
        const value = { kind, ...(startsAt !== undefined && { startsAt }) }
        rows.put(journeyId, { ...row, item: { value, sequence } })
        return
      }
      case 'throughline.ReasonChosen.v1': {
        if (row.reason !== undefined && row.reason.sequence > sequence) return
        const { code, detail } = event.data.reason
        const value = { code, ...(detail !== undefined && { detail }) }
        rows.put(journeyId, { ...row, reason: { value, sequence } })
        return
      }
      case 'throughline.ContactAssigned.v1': {
        const at = event.recordedAt
        if (row.agent !== undefined && row.agent.at > at) return
        rows.put(journeyId, { ...row, agent: { agentId: event.data.agentId, at } })
      }
    }
  },
}

export interface CustomerRow {
  readonly customerId: string
  readonly segment?: string
  readonly language?: string
}

/** In which segment a customer is now; corrected later than the journey began, it counts all the same. */
export const customersView: View<
  CustomerRow,
  EventOf<'throughline.CustomerRegistered.v1' | 'throughline.CustomerDetailsCorrected.v1'>
> = {
  name: 'routing.customers',
  version: 1,
  on: ['throughline.CustomerRegistered.v1', 'throughline.CustomerDetailsCorrected.v1'],
  async project({ data: { customerId, segment, language } }, rows) {
    const row = (await rows.get(customerId)) ?? { customerId }
    rows.put(customerId, {
      ...row,
      ...(segment !== undefined && { segment }),
      ...(language !== undefined && { language }),
    })
  },
}

export interface CaseOwnerRow {
  readonly caseId: string
  readonly staffId: string
}

/** Who answers for a case: she is tried first when it is about it again. */
export const caseOwnersView: View<
  CaseOwnerRow,
  EventOf<'throughline.CaseOpened.v1' | 'throughline.CaseAssigned.v1'>
> = {
  name: 'routing.case-owners',
  version: 1,
  on: ['throughline.CaseOpened.v1', 'throughline.CaseAssigned.v1'],
  async project({ data: { caseId, staffId } }, rows) {
    await Promise.resolve()
    if (staffId !== undefined) rows.put(caseId, { caseId, staffId })
  },
}
