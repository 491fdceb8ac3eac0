import { cameUnder, idsUnder, isLink, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, RecordedEvent, View } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from './views.js'

interface ThingRow {
  readonly kind: 'thing'
  readonly first: string
  readonly owner: string
}
interface Added {
  readonly type: 'test.Added.v1'
  readonly data: { readonly id: string; readonly owner: string }
}

const things: View<ThingRow | LinkRow, Added | LinkEvent> = {
  name: 'test.things',
  version: 1,
  on: ['test.Added.v1', ...LINK_EVENTS],
  async project(event, rows) {
    const put = async (key: string, first: string): Promise<void> => {
      const owner = await ownerOf(first, (each) => rows.get(each))
      rows.put(key, { kind: 'thing', first, owner }, { [cameUnder(first)]: key, [`of:${owner}`]: key })
    }
    if (event.type === 'test.Added.v1') await put(event.data.id, event.data.owner)
    else await rehome<ThingRow>(event, rows, ({ first }, key) => put(key, first))
  },
}

const at = (streamId: string, event: Added | LinkEvent) => recorded(event, { streamId })
const added = (id: string, owner: string) => at(id, { type: 'test.Added.v1', data: { id, owner } })
const recognised = (guestId: string, customerId: string) =>
  at(guestId, { type: 'throughline.GuestRecognised.v1', data: { guestId, customerId } })
const merged = (mergedId: string, customerId: string) =>
  at(mergedId, { type: 'throughline.CustomersMerged.v1', data: { mergedId, customerId } })
const unmerged = (mergedId: string, customerId: string) =>
  at(mergedId, { type: 'throughline.CustomersUnmerged.v1', data: { mergedId, customerId } })

async function after(...events: readonly RecordedEvent[]) {
  const held = await projected(things, events)
  const read = (key: string) => Promise.resolve(held.get(key)?.row)
  const list = (list: string) =>
    Promise.resolve([...held.values()].filter(({ lists }) => lists[list] !== undefined))
  return {
    owner: async (id: string) => ownerOf(id, read),
    under: async (id: string) => [...(await idsUnder(id, list))].sort(),
    ownerAt: async (id: string, position: number) => ownerOf(id, read, (move) => move.position <= position),
    of: (key: string) => {
      const row = held.get(key)?.row
      return row && !isLink(row) ? row.owner : undefined
    },
  }
}

describe('whose a thing is', () => {
  it('follows a guest to the customer, and a merged customer to the other', async () => {
    const seen = await after(added('hob', 'guest'), recognised('guest', 'ana'), merged('ana', 'tomas'))
    expect(seen.of('hob')).toBe('tomas')
    expect(await seen.owner('guest')).toBe('tomas')
    expect(await seen.owner('nobody')).toBe('nobody')
    expect(await seen.under('tomas')).toEqual(['ana', 'guest', 'tomas'])
  })

  it('is hers again when a merge is taken back, with the guests she had', async () => {
    const seen = await after(
      recognised('guest', 'ana'),
      merged('ana', 'tomas'),
      added('hob', 'guest'),
      unmerged('ana', 'tomas'),
    )
    expect(seen.of('hob')).toBe('ana')
    expect(await seen.under('tomas')).toEqual(['tomas'])
  })

  it('can be told as it was at an earlier position', async () => {
    const [first, second] = [recognised('guest', 'ana'), merged('ana', 'tomas')]
    const seen = await after(first, second)
    expect(await seen.ownerAt('guest', first.position - 1)).toBe('guest')
    expect(await seen.ownerAt('guest', first.position)).toBe('ana')
    expect(await seen.ownerAt('guest', second.position)).toBe('tomas')
  })

  it('stays with its owner in a circle, which no merge should make', async () => {
    const seen = await after(merged('ana', 'tomas'), merged('tomas', 'ana'), added('hob', 'ana'))
    expect(seen.of('hob')).toBe('ana')
    expect(await seen.under('ana')).toEqual(['ana', 'tomas'])
  })

  it('is the same for every order of hearing', async () => {
    const events = [
      added('hob', 'guest'),
      recognised('guest', 'ana'),
      merged('ana', 'tomas'),
      added('oven', 'ana'),
      unmerged('ana', 'tomas'),
      merged('ana', 'mira'),
    ]
    await sameForAnyOrder(
      things,
      events.map((event) => [event]),
    )
  })
})
