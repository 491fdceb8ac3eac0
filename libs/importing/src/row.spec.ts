import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { columnsOf, fill, readMapping } from './mapping.js'
import { BadRow, code, parseDate, readRow } from './row.js'

const file = (name: string): string => readFileSync(join(__dirname, '../mappings', name), 'utf8')
const cfpb = readMapping(file('cfpb.yaml'))
const tickets = readMapping(file('tickets.yaml'))
const now = Date.parse('2026-11-20T09:00:00.000Z')

const ticket = {
  ticket_id: '17',
  customer_id: 'c-4',
  customer_name: 'Ana Ferreira',
  customer_email: 'ana@example.org',
  created_at: '20.11.2025 14:05',
  closed_at: '2025-11-21 08:00:00',
  channel: 'Call',
  product: 'Bris 45',
  order_number: 'HH-20418',
  category: 'Water stays in the bottom',
  subcategory: '',
  description: 'It is full of water',
  resolution: 'The filter was blocked',
  subject: 'Water',
  status: 'Solved',
  rating: '4',
  rating_comment: '',
}

describe('a mapping', () => {
  it('names every column it needs', () => {
    expect(columnsOf(cfpb)).toContain('consumer_complaint_narrative')
    expect(columnsOf(tickets).size).toBe(17)
  })

  it.each([
    ['no YAML at all', '{', /YAML|flow|end/],
    ['a channel nobody has', file('cfpb.yaml').replace('Web: webform', 'Web: pigeon'), /channel\.map\.Web/],
    ['a key nobody knows', `${file('cfpb.yaml')}\nurgency: high\n`, /urgency/],
    ['no source', file('cfpb.yaml').replace('source: cfpb', 'source: ""'), /source/],
  ])('with %s is refused with the place', (_, yaml, says) => {
    expect(() => readMapping(yaml)).toThrow(says)
  })

  it('makes nothing of columns that are all empty', () => {
    expect(fill('{a} {b}', { a: ' ', b: '' })).toBeUndefined()
    expect(fill('{a} {b}', { a: 'x', b: '' })).toBe('x')
    expect(fill('always', {})).toBe('always')
  })
})

describe('a row', () => {
  it('becomes one contact of the past, with its own times', () => {
    expect(readRow(tickets, ticket, now)).toEqual({
      id: '17',
      at: '2025-11-20T14:05:00.000Z',
      endedAt: '2025-11-21T08:00:00.000Z',
      customer: { externalId: 'c-4', body: { name: 'Ana Ferreira', email: 'ana@example.org' } },
      channel: 'phone',
      item: { kind: 'purchase', title: 'Bris 45', reference: 'HH-20418', product: 'Bris 45' },
      reason: { code: 'water-stays-in-the-bottom', label: 'Water stays in the bottom' },
      words: [
        { author: 'customer', text: 'It is full of water' },
        { author: 'agent', text: 'The filter was blocked' },
      ],
      summary: { subject: 'Water', words: 'The filter was blocked', outcome: 'resolved' },
      feedback: { outcome: 'mostly' },
    })
  })

  it.each([
    ['has no id', { ticket_id: '' }, /no id/],
    ['has no date', { created_at: '' }, /created_at is empty/],
    ['has a date nobody can read', { created_at: 'last week' }, /no date of a known spelling/],
    ['has a date that does not exist', { created_at: '2025-02-30 10:00:00' }, /no date of a known spelling/],
    ['has a date to come', { created_at: '2027-01-01 00:00:00' }, /has not come yet/],
    ['ends before it begins', { closed_at: '2024-01-01 00:00:00' }, /before it began/],
    ['has a channel nobody translated and no else', { status: 'weird' }, /does not translate/],
    ['has no subject', { subject: '' }, /no subject/],
  ])('that %s is refused with the reason', (_, change, says) => {
    const read = () => readRow(tickets, { ...ticket, ...change }, now)
    expect(read).toThrow(BadRow)
    expect(read).toThrow(says)
  })

  it('with nobody named is a customer of its own', () => {
    expect(readRow(tickets, { ...ticket, customer_id: '' }, now).customer.externalId).toBe('row-17')
  })

  it('with words longer than a message may be loses none of them', () => {
    const said = 'x'.repeat(20_001)
    const { words } = readRow(tickets, { ...ticket, description: said, resolution: '' }, now)
    expect(words.map(({ text }) => text).join('')).toBe(said)
  })
})

describe('a date', () => {
  it.each([
    ['2017-03-21', '2017-03-21T04:00:00.000Z'],
    ['03/21/2017', '2017-03-21T04:00:00.000Z'],
    ['3/1/17', '2017-03-01T05:00:00.000Z'],
    ['2017-03-21T10:15:00Z', '2017-03-21T10:15:00.000Z'],
    ['2017-03-21T10:15:00+02:00', '2017-03-21T08:15:00.000Z'],
    ['2017-03-21 10:15:00', '2017-03-21T14:15:00.000Z'],
    ['Tue, 21 Mar 2017 10:15:00 GMT', '2017-03-21T10:15:00.000Z'],
    ['1490091300', '2017-03-21T10:15:00.000Z'],
    ['1490091300000', '2017-03-21T10:15:00.000Z'],
  ])('spelt %s is read in the zone of the file', (value, instant) => {
    expect(parseDate(value, cfpb.dates)?.toUTC().toISO()).toBe(instant)
  })

  it.each(['', 'yesterday', '2017', '20418', '31/31/2017', 'NaN', '0'])('is not made of %p', (value) => {
    expect(parseDate(value, cfpb.dates)).toBeUndefined()
  })
})

describe('a code', () => {
  it('is a code whatever words it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        expect(code(words)).toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/)
      }),
    )
    expect(code('Überweisung „fehlt“')).toBe('uberweisung-fehlt')
  })
})
