import fc from 'fast-check'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent, Rows } from '@throughline/ports'
import { clientsView } from './client.view.js'
import { customersView, segmentsView } from './customer.view.js'
import { sessionsView } from './session.view.js'
import { staffView } from './staff.view.js'

type Kept = Map<string, { readonly row: unknown; readonly lists: unknown }>

interface Projected<Row> {
  readonly on: readonly string[]
  readonly project: (event: never, rows: Rows<Row>) => Promise<void>
}

function rowsOver<Row>(kept: Kept): Rows<Row> {
  return {
    get: (key) => Promise.resolve(structuredClone(kept.get(key)?.row) as Row | undefined),
    put: (key, row, lists = {}) => void kept.set(key, structuredClone({ row, lists })),
    remove: (key) => void kept.delete(key),
    list: () => Promise.reject(new Error('no list is read here')),
  }
}

async function project<Row>(view: Projected<Row>, events: readonly RecordedEvent[]): Promise<Kept> {
  const kept: Kept = new Map()
  for (const event of events) {
    if (view.on.includes(event.type)) await view.project(event as never, rowsOver<Row>(kept))
  }
  return new Map([...kept].sort(([a], [b]) => a.localeCompare(b)))
}

let position = 0
function recorded(stream: string, { type, data }: DomainEvent): RecordedEvent {
  const at = '2026-11-20T09:00:00.000Z'
  const place = { stream, streamId: stream, sequence: 0, position: ++position }
  return {
    type,
    data,
    id: stream,
    ...place,
    occurredAt: at,
    recordedAt: at,
    commandId: '',
    actor: '',
    hash: '',
  }
}

/** What happens to one of each kind, in its own order. */
const history = (id: string): readonly (readonly RecordedEvent[])[] => {
  const of = (stream: string, ...events: readonly DomainEvent[]) =>
    events.map((event) => recorded(`${stream}-${id}`, event))
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
    const straight = await project(view as Projected<unknown>, streams.flat())
    expect(straight.size).toBeGreaterThan(0)
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (order) => {
        const left = streams.map((events) => [...events])
        const mixed: RecordedEvent[] = []
        for (let open = left; open.length > 0; open = open.filter((events) => events.length > 0)) {
          const next = open[(order.next().value ?? 0) % open.length]?.shift()
          if (next !== undefined) mixed.push(next)
        }
        expect(await project(view as Projected<unknown>, mixed)).toEqual(straight)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the views', () => {
  it('forget sessions that ended and staff who left', async () => {
    const events = [
      ...history('one').flat(),
      recorded('session-one', { type: 'throughline.SessionEnded.v1', data: { sessionId: 'one' } }),
      recorded('staff-one', { type: 'throughline.StaffLeft.v1', data: { staffId: 'one' } }),
    ]
    expect((await project(sessionsView, events)).size).toBe(0)
    expect((await project(staffView, events)).size).toBe(0)
  })

  it('show a merged customer with the one she goes on under (C76)', async () => {
    const [customer = []] = history('one')
    const apart = await project(customersView, customer.slice(0, 4))
    expect(apart.get('one')?.row).not.toHaveProperty('mergedInto')
    const rows = await project(customersView, history('one').flat())
    expect(rows.get('one')?.row).toMatchObject({ segment: 'business', mergedInto: 'other' })
    expect(rows.get('one')?.lists).toMatchObject({ 'into:other': expect.any(String) as string })
    expect(rows.get('one')?.lists).not.toHaveProperty('segment:household')
  })
})
