import type { Group, Item, MyStuff } from '../api/my-stuff'
import { rowOf, sectionsOf } from './my-stuff-groups'

const item = (id: string, kind: Item['kind'], date: string): Item => ({
  id,
  kind,
  source: 'shop',
  reference: id,
  title: id,
  date,
  steps: [],
  reasons: [],
  taxonomy: 'reasons@1',
  openCases: [],
})
const group = <Entry>(
  name: string,
  items: readonly Entry[],
  count = items.length,
  next: string | null = null,
): Group<Entry> => ({
  name,
  count,
  href: `/api/v1/my-stuff/${name}`,
  items,
  next,
})
const STUFF: MyStuff = {
  customerId: 'ana',
  open: [],
  items: [
    group('purchase', [item('p', 'purchase', '2026-11-04')], 21, 'more'),
    group('quote', [item('q', 'quote', '2026-11-01')]),
    group('enquiry', []),
    group('booking', [item('b', 'booking', '2026-11-09')]),
    group('marketing', [item('m', 'marketing', '2026-10-01')]),
    group('correspondence', []),
  ],
  contacts: group('contacts', []),
  cases: group('cases', []),
  sent: group('correspondence', [
    { id: 'w', at: '2026-11-02', by: 'email', title: 'Yes', inSevenDays: 1 },
    { id: 'm', at: '2026-10-01', by: 'marketing', title: 'Care plan', inSevenDays: 1 },
  ]),
}

describe('My Stuff by kind (C4, C5, C6)', () => {
  it('leaves out groups of nothing, and counts also what is not loaded', () => {
    expect(sectionsOf(STUFF).map(({ id, count }) => [id, count])).toEqual([
      ['purchases', 21],
      ['quotes', 2],
      ['sent', 2],
    ])
    expect(sectionsOf(STUFF)[0]?.rest).toEqual([{ href: '/api/v1/my-stuff/purchase', after: 'more' }])
  })

  it('puts quotes and bookings together, newest first', () => {
    expect(sectionsOf(STUFF)[1]?.rows.map(({ id }) => id)).toEqual(['b', 'q'])
  })

  it('makes marketing a thing to ask about, and leaves other letters as they are (C6)', () => {
    expect(sectionsOf(STUFF)[2]?.rows.map(({ is, id }) => [is, id])).toEqual([
      ['letter', 'w'],
      ['thing', 'm'],
    ])
  })

  it('knows a row of the rest by what it is', () => {
    expect(rowOf(item('p', 'purchase', '2026-11-04')).is).toBe('thing')
    expect(rowOf({ id: 'w', at: '2026-11-02', by: 'email', title: 'Yes', inSevenDays: 1 }).is).toBe('letter')
  })
})
