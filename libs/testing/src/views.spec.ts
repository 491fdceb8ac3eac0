import type { View } from '@throughline/ports'
import { listed, logOf, projected, sameForAnyOrder, woven } from './views.js'

const view: View<{ readonly by: string }> = {
  name: 'test.last',
  version: 1,
  on: ['test.Said.v1'],
  async project({ customerId = '' }, rows) {
    await Promise.resolve()
    rows.put('last', { by: customerId }, { [`of:${customerId}`]: '' })
  },
}
const log = logOf([
  { key: 'ana', type: 'test.Said.v1', data: {} },
  { key: 'tomas', type: 'test.Unheard.v1', data: {} },
  { key: 'tomas', type: 'test.Said.v1', data: {} },
])

describe('views under test', () => {
  it('hold what they made of the events they listen to', async () => {
    const held = await projected(view, log.slice(0, 2))
    expect(held.get('last')?.row).toEqual({ by: 'ana' })
    expect([listed(held, 'of:ana'), listed(held, 'of:tomas')]).toEqual([['last'], []])
  })

  it('are found out when the order of hearing shows in them', async () => {
    await sameForAnyOrder(view, [log])
    await expect(
      sameForAnyOrder(
        view,
        log.map((event) => [event]),
      ),
    ).rejects.toThrow()
  })

  it('hear every event once, and those of a lane in their order', () => {
    expect(woven([[1, 2], [3, 4], []], [1, 0, 1])).toEqual([3, 1, 4, 2])
  })
})
