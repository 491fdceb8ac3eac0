import type { Message } from '../api/contact'
import type { ContactKnown } from '../api/journey'
import { entriesOf, stillUnsent } from './thread-entries'

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()
const message = (id: string, position: number, seconds: number, by: 'customer' | 'agent'): Message => ({
  id,
  contactId: 'c',
  position,
  leg: 1,
  channel: 'chat',
  author: by === 'agent' ? { is: 'agent', id: 'joel' } : { is: 'customer' },
  said: id,
  state: 'delivered',
  at: at(seconds),
})
const contact: ContactKnown = {
  id: 'c',
  status: 'connected',
  requestedAt: at(0),
  connectedAt: at(100),
  readings: [],
  offers: [],
  legs: [{ leg: 1, channel: 'chat', by: 'session', assurance: 'code', openedAt: at(0) }],
  queue: { queue: 'care', enteredAt: at(0), dueBy: at(120) },
  turns: [
    { at: at(200), what: 'dropped', why: 'away' },
    { at: at(240), what: 'resumed', why: 'chat' },
  ],
  transcript: [],
  notes: [],
}

describe('the thread of a conversation', () => {
  it('is one order of words, notes and what happened, with how long she waited and was away', () => {
    const entries = entriesOf(
      [message('Hello', 5, 110, 'agent'), message('Yes', 6, 210, 'customer')],
      [{ id: 'n', at: at(150), agentId: 'joel', text: 'Third this week' }],
      contact,
    )
    expect(entries.map((entry) => (entry.is === 'moment' ? entry.happened.kind : entry.id))).toEqual([
      'waited',
      'Hello',
      'n',
      'dropped',
      'Yes',
      'resumed',
    ])
    expect(entries[0]).toMatchObject({ happened: { waited: 100_000, promised: 120_000, channel: 'chat' } })
    expect(entries[5]).toMatchObject({ happened: { away: 40_000 } })
  })

  it('names who speaks once per turn, and again after a note', () => {
    const said = [
      message('one', 1, 1, 'agent'),
      message('two', 2, 2, 'agent'),
      message('three', 3, 3, 'customer'),
    ]
    const turns = entriesOf(said, [], undefined).map((entry) => entry.is === 'message' && entry.turn)
    expect(turns).toEqual([true, false, true])
  })

  it('follows the log where clocks differ', () => {
    const said = [message('first', 1, 9, 'customer'), message('second', 2, 3, 'agent')]
    expect(entriesOf(said, [], undefined).map(({ id }) => id)).toEqual(['first', 'second'])
  })
})

describe('words on their way', () => {
  const unsent = (key: string, text: string, more: object = {}) => ({
    key,
    body: { text },
    at: at(100),
    ...more,
  })

  it('leave as soon as the thread shows them, by their id or by their words', () => {
    const thread = [message('Hello', 1, 101, 'agent')]
    expect(stillUnsent([unsent('a', 'Hello')], thread, 'joel')).toEqual([])
    expect(stillUnsent([unsent('a', 'Other words', { sentAs: 'Hello' })], thread, 'joel')).toEqual([])
  })

  it('stay when only the same words of another time, of somebody else, or of one before them are there', () => {
    expect(stillUnsent([unsent('a', 'Hello')], [message('Hello', 1, 20, 'agent')], 'joel')).toHaveLength(1)
    expect(stillUnsent([unsent('a', 'Hello')], [message('Hello', 1, 101, 'customer')], 'joel')).toHaveLength(
      1,
    )
    const twice = [unsent('a', 'Hello'), unsent('b', 'Hello')]
    expect(stillUnsent(twice, [message('Hello', 1, 101, 'agent')], 'joel').map(({ key }) => key)).toEqual([
      'b',
    ])
  })

  it('stay when they were refused', () => {
    const refused = [unsent('a', 'Hello', { refused: 'contact.over' })]
    expect(stillUnsent(refused, [message('Hello', 1, 101, 'agent')], 'joel')).toEqual(refused)
  })
})
