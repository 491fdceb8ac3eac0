import { addressOf, dayBefore, filtersIn, journeysOf, momentsOf } from './address'

describe('what the address of a page of insight holds', () => {
  it('comes back from it as it went in (C61)', () => {
    const filters = {
      things: 'purchase',
      channel: 'chat',
      from: '2026-10-26',
      until: '2026-11-22',
      known: '7',
    }
    const address = addressOf('/desk/insight', filters, { driver: 'purchase.how-to' })
    expect(address).toBe(
      '/desk/insight?things=purchase&channel=chat&from=2026-10-26&until=2026-11-22&known=7&driver=purchase.how-to',
    )
    expect(filtersIn(address.split('?')[1] ?? '')).toEqual(filters)
    expect(addressOf('/desk/insight', filtersIn('things=&odd=1'))).toBe('/desk/insight')
  })

  it('means whole days of the reader: the last one counts', () => {
    const { from, until } = momentsOf({ from: '2026-10-26', until: '2026-10-26' })
    expect(new Date(from ?? '').getHours()).toBe(0)
    expect(new Date(until ?? '').getDate()).toBe(27)
    expect(momentsOf({ from: 'soon' }).from).toBeUndefined()
    expect(momentsOf({ from: '2026-11-16T00:00:00.000Z' }).from).toBe('2026-11-16T00:00:00.000Z')
  })

  it('goes back over the end of a month', () => {
    expect(dayBefore(new Date(2026, 10, 3, 12).getTime(), 5)).toBe('2026-10-29')
  })

  it('leads from a number to the journeys of the same span, as known at the same moment (C67)', () => {
    const to = journeysOf(
      { metric: 'repeat-contact-wide', cell: { thingKind: 'purchase', reason: 'how-to' }, value: 1 },
      { things: 'purchase', from: '2026-10-26', known: '40' },
    )
    const query = new URLSearchParams(to.split('?')[1])
    expect(Object.fromEntries(query)).toEqual({
      metric: 'repeat-contact-wide',
      cell: 'thingKind:purchase,reason:how-to',
      value: '1',
      from: '2026-10-26',
      known: '40',
    })
  })
})
