import { journeyContext } from './journey-context.js'
import { ANA, JOEL, JOURNEY, MESSAGE, NOW } from './contact.suite.js'

const started = {
  type: 'throughline.JourneyStarted.v1',
  data: { journeyId: JOURNEY, person: { id: JOEL, assurance: 'none' }, guest: true, entrance: 'need-help' },
} as const
const fact = (value: string) => ({
  type: 'throughline.FactGiven.v1',
  data: { journeyId: JOURNEY, name: 'serial-number', label: 'Serial number', value, source: 'customer' },
})
const reading = { readingId: MESSAGE, articleId: MESSAGE, version: 1, title: 'Clean the filter' }
const offered = (...channels: readonly string[]) => ({
  type: 'throughline.ChannelsOffered.v1',
  data: {
    decisionId: MESSAGE,
    policy: 'care',
    at: NOW,
    channels: ['chat', 'phone'].map((channel) => ({ channel, offered: channels.includes(channel) })),
  },
})

describe('what a journey has gathered', () => {
  it('is nothing before it starts', () => {
    expect(journeyContext([])).toEqual({ readings: [], facts: [] })
  })

  it('C16: keeps the last value of each fact', () => {
    expect(journeyContext([started, fact('BX-7'), fact('BX-77')]).facts).toMatchObject([{ value: 'BX-77' }])
  })

  it('has each reading once, with whether it helped, however often it was opened', () => {
    const viewed = { type: 'throughline.ArticleViewed.v1', data: reading }
    const rated = { type: 'throughline.ArticleRated.v1', data: { ...reading, helped: false } }
    expect(journeyContext([viewed, rated, viewed]).readings).toEqual([{ ...reading, helped: false }])
  })

  it('belongs to the customer once the guest signed in', () => {
    const claimed = {
      type: 'throughline.JourneyClaimed.v1',
      data: { journeyId: JOURNEY, guestId: JOEL, person: { id: ANA, assurance: 'code' } },
    }
    expect(journeyContext([started, claimed]).person).toEqual({ id: ANA, assurance: 'code' })
  })

  it('knows the latest offer of channels only', () => {
    expect(journeyContext([offered('chat', 'phone'), offered('phone')]).offered?.channels).toEqual(['phone'])
  })
})
