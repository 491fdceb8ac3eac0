import { fold } from '@throughline/kernel'
import { recordContact, requestContact } from './contact.begin.js'
import { contacts } from './contact.js'
import { leaveContact } from './contact.ends.js'
import { after, ANA, CONTACT, JOEL, JOURNEY, MESSAGE, names, refusal, requested } from './contact.suite.js'

describe('asking for a contact', () => {
  it('C13: pushes everything known into it and opens the first leg', () => {
    const item = { id: MESSAGE, kind: 'purchase', title: 'Dishwasher' } as const
    const reason = { code: 'does-not-drain', label: 'Does not drain' }
    const readings = [
      { readingId: MESSAGE, articleId: MESSAGE, version: 2, title: 'Clean the filter', helped: false },
    ]
    const data = { contactId: CONTACT, journeyId: JOURNEY, person: { id: ANA, assurance: 'code' as const } }
    const wish = requestContact({
      requested: { ...data, channel: 'phone', item, reason, readings, presses: 4, words: 'It leaks' },
      leg: { by: 'session', assurance: 'code', adapter: 'desk' },
    })
    expect(wish(after())).toEqual([
      {
        type: 'throughline.ContactRequested.v1',
        data: { ...data, channel: 'phone', item, reason, readings, presses: 4, words: 'It leaks' },
      },
      {
        type: 'throughline.LegOpened.v1',
        data: {
          contactId: CONTACT,
          journeyId: JOURNEY,
          leg: 1,
          channel: 'phone',
          by: 'session',
          assurance: 'code',
          adapter: 'desk',
        },
      },
    ])
  })

  it('is refused while one of the journey is open, and makes room where it is over', () => {
    expect(refusal(requested('chat'), after(requested('chat')))).toBe('contact.open-already')
    expect(refusal(requested('chat'), after(requested('chat'), leaveContact({ why: 'solved' })))).toBe(
      'contact.place-taken',
    )
    expect(refusal(requested('chat', '\ud800'), after())).toBe('text.not-unicode')
  })
})

describe('a contact that took place elsewhere', () => {
  const record = recordContact({
    requested: {
      contactId: CONTACT,
      journeyId: JOURNEY,
      person: { id: ANA, assurance: 'none' },
      channel: 'store',
      readings: [],
      origin: 'store-lisbon',
    },
    leg: { by: 'agent', assurance: 'none', adapter: 'record' },
    agentId: JOEL,
    words: [{ messageId: MESSAGE, author: 'customer', text: 'The handle is loose.', mode: 'spoken' }],
    summary: {
      outcome: 'resolved',
      issue: 'new',
      subject: 'Handle',
      words: 'Fixed at the desk.',
      causes: [],
      promised: [],
      articles: [],
    },
  })

  it('is recorded whole, in one append', () => {
    const events = record(after())
    expect(names(events)).toEqual([
      'ContactRequested',
      'LegOpened',
      'ContactConnected',
      'MessagePosted',
      'LegClosed',
      'ContactEnded',
      'ContactSummarised',
    ])
    expect(fold(contacts, events)).toMatchObject({
      status: 'ended',
      contact: { summary: { subject: 'Handle' } },
    })
  })

  it('is recorded once', () => {
    expect(record(after(record))).toEqual([])
  })
})
