import { endContact, giveUp, leaveContact, summariseContact } from './contact.ends.js'
import type { Summary } from './contact.ends.js'
import { dropContact } from './contact.moves.js'
import { postMessage } from './contact.words.js'
import { after, JOEL, MESSAGE, MIRA, names, refusal, requested, taken } from './contact.suite.js'

const customer = { is: 'customer' } as const
const joel = { is: 'agent', id: JOEL } as const
const drop = dropContact({ leg: 1, cause: 'no live stream' })
const chat = after(requested('chat'), taken('chat'))
const summary: Summary = {
  outcome: 'resolved',
  issue: 'new',
  subject: 'Leak',
  words: 'Solved.',
  causes: [],
  promised: [],
  articles: [],
}
const written = summariseContact({ agentId: JOEL, summary })

describe('ending a contact', () => {
  it('closes its leg, and what is left is the summary', () => {
    expect(names(endContact({ by: joel })(chat))).toEqual(['LegClosed', 'ContactEnded'])
    expect(after(requested('chat'), taken('chat'), endContact({ by: customer }))).toMatchObject({
      status: 'wrapping',
      agentId: JOEL,
    })
  })

  it('is refused to the customer before the answer, and to other agents', () => {
    expect(refusal(endContact({ by: customer }), after(requested('chat')))).toBe('contact.not-answered')
    expect(refusal(endContact({ by: { is: 'agent', id: MIRA } }), chat)).toBe('contact.not-with-you')
  })

  it('twice is ended once', () => {
    expect(
      endContact({ by: joel })(after(requested('chat'), taken('chat'), endContact({ by: joel }))),
    ).toEqual([])
  })
})

describe('leaving', () => {
  const leave = leaveContact({ why: 'solved' })

  it('is possible before the answer, also while it rings', () => {
    expect(names(leave(after(requested('chat'))))).toEqual(['ContactLeft', 'LegClosed'])
    expect(names(leave(after(requested('phone'), taken('phone'))))).toEqual([
      'ContactLeft',
      'CallEnded',
      'LegClosed',
    ])
  })

  it('is refused when somebody answered', () => {
    expect(refusal(leave, chat)).toBe('contact.answered')
    expect(refusal(leave, after(requested('chat'), taken('chat'), endContact({ by: joel })))).toBe(
      'contact.over',
    )
  })

  it('twice is left once', () => {
    expect(leave(after(requested('chat'), leave))).toEqual([])
  })
})

describe('giving up', () => {
  it('ends what was dropped too long, and a call back nobody answered', () => {
    expect(names(giveUp({ by: 'dropped', leg: 1 })(after(requested('chat'), taken('chat'), drop)))).toEqual([
      'ContactEnded',
    ])
    expect(giveUp({ by: 'unanswered' })(after(requested('callback')))).toMatchObject([
      {},
      { data: { by: 'unanswered', answeredBy: 'nobody' } },
    ])
  })

  it('is nothing when it went on meanwhile', () => {
    expect(giveUp({ by: 'dropped', leg: 1 })(chat)).toEqual([])
    expect(giveUp({ by: 'dropped', leg: 2 })(after(requested('chat'), taken('chat'), drop))).toEqual([])
    expect(giveUp({ by: 'unanswered' })(after())).toEqual([])
  })
})

describe('the summary', () => {
  it('ends the contact where it is open, and names the articles that were sent', () => {
    const send = postMessage({ messageId: MESSAGE, by: joel, text: 'Read this', articleId: MIRA })
    const events = written(after(requested('chat'), taken('chat'), send))
    expect(names(events)).toEqual(['LegClosed', 'ContactEnded', 'ContactSummarised'])
    expect(events.at(-1)).toMatchObject({ data: { agentId: JOEL, articles: [MIRA], channel: 'chat' } })
  })

  it('comes after the end, and after a drop', () => {
    expect(names(written(after(requested('chat'), taken('chat'), endContact({ by: customer }))))).toEqual([
      'ContactSummarised',
    ])
    expect(names(written(after(requested('chat'), taken('chat'), drop)))).toEqual([
      'ContactEnded',
      'ContactSummarised',
    ])
  })

  it('is refused twice, by others, and for what nobody answered', () => {
    expect(refusal(written, after(requested('chat'), taken('chat'), written))).toBe('contact.summarised')
    expect(refusal(summariseContact({ agentId: MIRA, summary }), chat)).toBe('contact.not-with-you')
    expect(refusal(written, after(requested('chat')))).toBe('contact.not-answered')
  })
})
