import type { Message } from '../api/contact'
import { threadAfter } from '../api/contact'
import { threadItems, unseen } from './thread-items'

function message(id: string, at: string, more: Partial<Message> = {}): Message {
  return {
    id,
    contactId: 'c',
    position: Number(id),
    leg: 1,
    channel: 'chat',
    author: { is: 'customer' },
    said: id,
    state: 'delivered',
    at: `2026-11-20T${at}:00.000Z`,
    attachments: [],
    ...more,
  } as Message
}

const joel = { author: { is: 'agent', id: 'joel' }, state: 'accepted' } as const
const today = '2026-11-20T12:00:00.000Z'

describe('a thread', () => {
  it('says the name once for each turn', () => {
    const items = threadItems(
      [
        message('1', '10:00'),
        message('2', '10:01', joel),
        message('3', '10:02', joel),
        message('4', '10:20', joel),
      ],
      { today },
    )
    expect(
      items.map((item) => (item.kind === 'turn' ? item.messages.map(({ id }) => id) : item.kind)),
    ).toEqual([['1'], ['2', '3'], ['4']])
  })

  it('tells where it went on over another channel, also before anything was said there', () => {
    const words = [message('1', '10:00'), message('2', '10:01', { leg: 2, channel: 'phone' })]
    expect(threadItems(words, { today }).map(({ kind }) => kind)).toEqual(['turn', 'moved', 'turn'])
    const kinds = threadItems(words.slice(0, 1), { today, leg: { leg: 2, channel: 'phone' } })
    expect(kinds.map(({ kind }) => kind)).toEqual(['turn', 'moved'])
  })

  it('puts the time without connection where it was, and days between them', () => {
    const items = threadItems([message('1', '10:00'), message('2', '10:03')], {
      today: '2026-11-21T12:00:00.000Z',
      gaps: [{ at: '2026-11-20T10:01:00.000Z', away: 40_000 }],
    })
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'turn', 'gap', 'turn'])
  })

  it('puts it above everything that was sent as soon as the connection was back', () => {
    const items = threadItems([message('1', '10:00'), message('2', '10:01'), message('3', '10:02')], {
      today,
      gaps: [{ at: '2026-11-20T10:01:30.000Z', away: 60_000 }],
    })
    expect(items.map(({ kind }) => kind)).toEqual(['turn', 'gap', 'turn'])
  })

  it('knows the last message of ours that she has not seen', () => {
    expect(unseen([message('1', '10:00', joel), message('2', '10:01')])).toBe('1')
    expect(unseen([message('1', '10:00', { ...joel, state: 'seen' })])).toBeUndefined()
  })
})

describe('a live event', () => {
  const at = '2026-11-20T10:05:00.000Z'
  const posted = { name: 'MessagePosted', position: 9, data: {} }

  it('adds what was said, and heard twice adds it once', () => {
    const news = { contactId: 'c', messageId: '9', author: 'agent', authorId: 'joel', text: 'Hello' } as const
    const once = threadAfter([message('1', '10:00')], posted, news, at)
    expect(once.map(({ id, said }) => [id, said])).toEqual([
      ['1', '1'],
      ['9', 'Hello'],
    ])
    expect(threadAfter(once, posted, news, at)).toBe(once)
  })

  it('marks the choice that was picked', () => {
    const asked = message('1', '10:00', { ...joel, choices: ['Tuesday', 'Wednesday'] })
    const news = {
      contactId: 'c',
      messageId: '9',
      author: 'customer',
      text: 'Tuesday',
      answers: '1',
    } as const
    expect(threadAfter([asked], posted, news, at)[0]).toMatchObject({ picked: 'Tuesday' })
  })

  it('tells what the other side has seen, and nothing of one’s own', () => {
    const words = [message('1', '10:00'), message('2', '10:01', joel), message('3', '10:02')]
    const seen = threadAfter(
      words,
      { name: 'MessagesSeen', position: 10, data: {} },
      { contactId: 'c', messageId: '2', by: 'agent' },
      at,
    )
    expect(seen.map(({ state }) => state)).toEqual(['seen', 'accepted', 'delivered'])
  })
})
