import { fold } from '@throughline/kernel'
import { contacts } from './contact.js'
import { addNote, failMessage, issueContinuation, markSeen, postMessage } from './contact.words.js'
import { endContact } from './contact.ends.js'
import { dropContact, goOn } from './contact.moves.js'
import {
  after,
  CONTACT,
  JOEL,
  JOURNEY,
  LATER,
  MESSAGE,
  MIRA,
  names,
  refusal,
  requested,
  taken,
  WAYS,
} from './contact.suite.js'

const customer = { is: 'customer' } as const
const joel = { is: 'agent', id: JOEL } as const
const hello = postMessage({ messageId: MESSAGE, by: customer, text: 'Hello 📦' })
const chat = after(requested('chat', 'It leaks.'), taken('chat'))
const onPhone = goOn({
  to: 'phone',
  by: customer,
  leg: { by: 'session', assurance: 'code', adapter: 'desk' },
  escalation: WAYS,
})

describe('saying something', () => {
  it('is recorded byte for byte, on the present leg', () => {
    expect(hello(chat)).toEqual([
      {
        type: 'throughline.MessagePosted.v1',
        data: {
          contactId: CONTACT,
          journeyId: JOURNEY,
          messageId: MESSAGE,
          leg: 1,
          channel: 'chat',
          author: 'customer',
          mode: 'written',
          text: 'Hello 📦',
        },
      },
    ])
  })

  it('is possible before anybody answers, and while the line is down', () => {
    expect(hello(after(requested('chat')))).toHaveLength(1)
    const dropped = after(requested('chat'), taken('chat'), dropContact({ leg: 1, cause: 'lost' }))
    expect(hello(dropped)).toMatchObject([{ data: { leg: 1 } }])
  })

  it('is spoken when an agent writes it down on the phone', () => {
    const state = after(requested('chat'), onPhone, taken('phone'))
    const said = postMessage({ messageId: MESSAGE, by: joel, authorId: JOEL, text: 'Yes' })
    expect(said(state)).toMatchObject([
      { data: { mode: 'spoken', channel: 'phone', leg: 2, author: 'agent' } },
    ])
  })

  it('twice is said once', () => {
    expect(hello(after(requested('chat'), hello))).toEqual([])
  })

  it('is refused when the contact is over, with another agent, unknown, or half a character', () => {
    expect(refusal(hello, after(requested('chat'), taken('chat'), endContact({ by: joel })))).toBe(
      'contact.over',
    )
    const other = postMessage({ messageId: MESSAGE, by: { is: 'agent', id: MIRA }, text: 'Hi' })
    expect(refusal(other, chat)).toBe('contact.not-with-you')
    expect(refusal(hello, after())).toBe('contact.unknown')
    const half = postMessage({ messageId: MESSAGE, by: customer, text: 'a\ud83d' })
    expect(refusal(half, chat)).toBe('text.not-unicode')
  })

  it('H15: by us on a leg that everybody reads is refused, and nothing is recorded', () => {
    const said = postMessage({ messageId: MESSAGE, by: joel, text: 'Your address is …' })
    expect(refusal(said, after(requested('social'), taken('social')))).toBe('contact.leg-is-public')
    const automatic = postMessage({ messageId: MESSAGE, by: { is: 'system' }, text: 'We called you' })
    expect(refusal(automatic, after(requested('social')))).toBe('contact.leg-is-public')
  })

  it('to a leg that went on elsewhere is refused; without a leg it goes into the same thread', () => {
    const state = after(requested('chat'), onPhone)
    expect(refusal(postMessage({ messageId: MESSAGE, by: customer, text: 'Hi', leg: 1 }), state)).toBe(
      'contact.went-on',
    )
    expect(refusal(postMessage({ messageId: MESSAGE, by: customer, text: 'Hi', leg: 7 }), state)).toBe(
      'contact.leg-unknown',
    )
    expect(hello(state)).toMatchObject([{ data: { leg: 2 } }])
  })
})

describe('choices in a message', () => {
  const OTHER = '0d000000-0000-7000-8000-000000000002'
  const choices = ['Tue 24, 8:00–12:00', 'Other times']
  const ask = postMessage({ messageId: MESSAGE, by: joel, text: 'Which suits you?', choices })
  const pick = postMessage({ messageId: OTHER, by: customer, text: 'Other times', answers: MESSAGE })
  const asked = after(requested('chat', 'It leaks.'), taken('chat'), ask)

  it('are recorded with the words, and the answer with what it answers', () => {
    expect(ask(chat)).toMatchObject([{ data: { text: 'Which suits you?', choices } }])
    expect(pick(asked)).toMatchObject([
      { data: { author: 'customer', text: 'Other times', answers: MESSAGE } },
    ])
  })

  it('are answered once however often the answer is sent', () => {
    expect(pick(fold(contacts, pick(asked), asked))).toEqual([])
  })

  it('are not answered where there are none, and are whole characters', () => {
    expect(refusal(pick, chat)).toBe('contact.message-unknown')
    const first = postMessage({ messageId: OTHER, by: customer, text: 'Yes', answers: CONTACT })
    expect(refusal(first, asked)).toBe('contact.no-choices')
    const half = postMessage({ messageId: MESSAGE, by: joel, text: 'Which?', choices: ['a\ud83d', 'b'] })
    expect(refusal(half, chat)).toBe('text.not-unicode')
  })
})

describe('having seen messages', () => {
  const said = after(requested('chat', 'It leaks.'), taken('chat'), hello)

  it('is one position, for first words too', () => {
    expect(names(markSeen({ by: joel, messageId: MESSAGE })(said))).toEqual(['MessagesSeen'])
    expect(names(markSeen({ by: joel, messageId: CONTACT })(said))).toEqual(['MessagesSeen'])
  })

  it('of something earlier says nothing new', () => {
    const seen = after(
      requested('chat', 'It leaks.'),
      taken('chat'),
      hello,
      markSeen({ by: joel, messageId: MESSAGE }),
    )
    expect(markSeen({ by: joel, messageId: CONTACT })(seen)).toEqual([])
    expect(markSeen({ by: joel, messageId: MESSAGE })(seen)).toEqual([])
    expect(markSeen({ by: customer, messageId: MESSAGE })(seen)).toHaveLength(1)
  })

  it('of an unknown message is refused', () => {
    expect(refusal(markSeen({ by: customer, messageId: JOURNEY }), said)).toBe('contact.message-unknown')
  })
})

describe('words that could not arrive', () => {
  it('are marked once', () => {
    const fail = failMessage({ messageId: MESSAGE, code: 'text.too-long' })
    expect(names(fail(chat))).toEqual(['MessageFailed'])
    expect(fail(after(requested('chat'), fail))).toEqual([])
    expect(refusal(fail, after())).toBe('contact.unknown')
  })
})

describe('a note', () => {
  const note = addNote({ noteId: MESSAGE, agentId: MIRA, text: 'Pump?' })

  it('may be written by anybody of the team, also afterwards', () => {
    expect(names(note(chat))).toEqual(['ContactNoteAdded'])
    expect(names(note(after(requested('chat'), taken('chat'), endContact({ by: joel }))))).toEqual([
      'ContactNoteAdded',
    ])
  })

  it('about no contact, or of half a character, is refused', () => {
    expect(refusal(note, after())).toBe('contact.unknown')
    expect(refusal(addNote({ noteId: MESSAGE, agentId: MIRA, text: '\udc00' }), chat)).toBe(
      'text.not-unicode',
    )
  })
})

describe('a code to go on', () => {
  const issue = issueContinuation({ by: customer, digest: 'd'.repeat(64), form: 'spoken', expiresAt: LATER })

  it('is kept as its digest', () => {
    expect(issue(chat)).toMatchObject([
      { data: { digest: 'd'.repeat(64), form: 'spoken', expiresAt: LATER } },
    ])
  })

  it('is the same code when its digest is the same', () => {
    expect(issue(after(requested('chat'), issue))).toEqual([])
  })

  it('is refused when it is over or with another agent', () => {
    expect(refusal(issue, after(requested('chat'), taken('chat'), endContact({ by: joel })))).toBe(
      'contact.over',
    )
    const other = issueContinuation({
      by: { is: 'agent', id: MIRA },
      digest: 'd'.repeat(64),
      form: 'long',
      expiresAt: LATER,
    })
    expect(refusal(other, chat)).toBe('contact.not-with-you')
  })
})
