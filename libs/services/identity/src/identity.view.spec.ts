import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from '@throughline/testing/views'
import type { Projecting } from '@throughline/testing/views'
import { clientsView } from './client.view.js'
import { customersView, segmentsView } from './customer.view.js'
import { sessionsView } from './session.view.js'
import { staffView } from './staff.view.js'

/** What happens to one of each kind, in its own order. */
const history = (id: string): readonly (readonly RecordedEvent[])[] => {
  const of = (stream: string, ...events: readonly DomainEvent[]) =>
    events.map((event, sequence) => recorded(event, { streamId: `${stream}-${id}`, sequence }))
  const session = { sessionId: id, subject: { kind: 'customer', id: `ana-${id}` }, assurance: 'code' }
  const at = '2026-11-20T09:00:00.000Z'
  return [
    of(
      'customer',
      {
        type: 'throughline.CustomerRegistered.v1',
        data: { customerId: id, name: `Ana ${id}`, segment: 'household', email: `${id}@example.com` },
      },
      { type: 'throughline.CustomerDetailsCorrected.v1', data: { customerId: id, segment: 'business' } },
      { type: 'throughline.CustomersMerged.v1', data: { customerId: 'kept', mergedId: id } },
      { type: 'throughline.CustomersUnmerged.v1', data: { customerId: 'kept', mergedId: id } },
      { type: 'throughline.CustomersMerged.v1', data: { customerId: 'other', mergedId: id } },
    ),
    of(
      'session',
      { type: 'throughline.SessionStarted.v1', data: { ...session, at, expiresAt: 'one' } },
      { type: 'throughline.SessionRefreshed.v1', data: { sessionId: id, expiresAt: 'two' } },
    ),
    of(
      'staff',
      { type: 'throughline.StaffAdded.v1', data: { staffId: id, name: id, email: id, roles: ['agent'] } },
      { type: 'throughline.StaffRolesChanged.v1', data: { staffId: id, roles: ['analyst'] } },
    ),
    of(
      'client',
      {
        type: 'throughline.ClientMade.v1',
        data: { clientId: id, name: id, roles: ['importer'], digest: 'd' },
      },
      { type: 'throughline.ClientDisabled.v1', data: { clientId: id } },
    ),
  ]
}

const views = [
  ['customers', customersView],
  ['segments', segmentsView],
  ['sessions', sessionsView],
  ['staff', staffView],
  ['clients', clientsView],
] as const

describe.each(views)('the view of %s', (_, view) => {
  const streams = ['one', 'two', 'three'].flatMap(history)

  it('is the same for any order that keeps each key’s order', async () => {
    expect((await projected(view as Projecting<unknown>, streams.flat())).size).toBeGreaterThan(0)
    await sameForAnyOrder(view as Projecting<unknown>, streams)
  })
})

describe('the views', () => {
  it('forget sessions that ended and staff who left', async () => {
    const events = [
      ...history('one').flat(),
      recorded(
        { type: 'throughline.SessionEnded.v1', data: { sessionId: 'one' } },
        { streamId: 'session-one' },
      ),
      recorded({ type: 'throughline.StaffLeft.v1', data: { staffId: 'one' } }, { streamId: 'staff-one' }),
    ]
    expect((await projected(sessionsView, events)).size).toBe(0)
    expect((await projected(staffView, events)).size).toBe(0)
  })

  it('show a merged customer with the one she goes on under (C76)', async () => {
    const [customer = []] = history('one')
    const apart = await projected(customersView, customer.slice(0, 4))
    expect(apart.get('one')?.row).not.toHaveProperty('mergedInto')
    const rows = await projected(customersView, history('one').flat())
    expect(rows.get('one')?.row).toMatchObject({ segment: 'business', mergedInto: 'other' })
    expect(rows.get('one')?.lists).toMatchObject({ 'into:other': expect.any(String) as string })
    expect(rows.get('one')?.lists).not.toHaveProperty('segment:household')
  })
})
