import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { ana, at, helena, ivo, joel, mira, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { TroubleFold } from './trouble.fold.js'
import { troublesAt } from './trouble.js'

const id = (name: string): string => `00000000-0000-4000-8000-${name.padStart(12, '0')}`
const PATH = '/api/v1/insight/going-wrong'
const quote = { id: id('9'), kind: 'quote', title: 'Hob with fitting' } as const
const fridge = { id: id('f'), kind: 'purchase', title: 'Nord 300' } as const
const reason = { code: 'not-working', label: 'It isn’t working' }

interface Wrong {
  readonly total: number
  readonly items: readonly {
    readonly journeyId: string
    readonly why: string
    readonly also: readonly { readonly why: string }[]
  }[]
}

let world: World
beforeEach(async () => {
  world = await startWorld([insightService])
})
afterEach(() => world.stop())

const wrong = async (caller = helena): Promise<Wrong> => {
  await world.settled()
  const head = await world.host.events.head()
  const { status, body } = await world.as(caller).get(PATH, { 'min-position': String(head) })
  expect(status).toBe(200)
  return body as Wrong
}
const whys = async () => (await wrong()).items.map(({ journeyId, why }) => [journeyId, why])

const scene = (journey: string, customerId = ana.id, contact = `c${journey}`) => ({
  of: { contactId: id(contact), journeyId: id(journey) },
  contact: { stream: 'contact', id: id(contact), journeyId: id(journey), customerId },
  work: { stream: 'work', id: id(contact), journeyId: id(journey), customerId },
})

async function asks(
  journey: string,
  item: typeof quote | typeof fridge,
  customerId = ana.id,
  why = reason,
): Promise<void> {
  const { of, contact } = scene(journey, customerId)
  const person = { id: customerId, assurance: 'code' } as const
  const asked = { ...of, person, channel: 'chat', item, reason: why, readings: [] } as const
  await world.tell('throughline.ContactRequested.v1', asked, contact)
}

async function promises(journey: string, by: string): Promise<void> {
  const opened = { subject: 'Shelf', words: 'Secret words', staffId: joel.id }
  await world.tell(
    'throughline.CaseOpened.v1',
    {
      caseId: id(`a${journey}`),
      customerId: ana.id,
      ...scene(journey).of,
      ...opened,
      promised: [{ what: 'Spare shelf', by }],
    },
    { stream: 'case', id: id(`a${journey}`), journeyId: id(journey), customerId: ana.id },
  )
}

describe('journeys going wrong', () => {
  it('C48: names a promise that went by until it is kept, and who answers for it', async () => {
    await asks('1', fridge)
    await promises('1', at(HOUR))
    expect(await wrong()).toMatchObject({ total: 0, items: [] })
    await world.pass(2 * HOUR)
    expect((await wrong()).items).toEqual([
      {
        journeyId: id('1'),
        customerId: ana.id,
        item: 'Nord 300',
        reason: 'It isn’t working',
        why: 'promise-late',
        since: at(HOUR),
        words: 'Spare shelf',
        staffId: joel.id,
        also: [],
      },
    ])
    const kept = { caseId: id('a1'), customerId: ana.id, what: 'Spare shelf' }
    await world.tell('throughline.CasePromiseKept.v1', kept, { stream: 'case', id: id('a1') })
    expect(await whys()).toEqual([])
  })

  it('forgets the promises of a case that is dealt with, and those that were past when it was heard of', async () => {
    await promises('1', at(HOUR))
    await world.tell(
      'throughline.ContactAddedToCase.v1',
      {
        caseId: id('a2'),
        customerId: ana.id,
        ...scene('2').of,
        words: 'Old',
        promised: [{ what: 'Long past', by: at(-30 * DAY) }],
        heardAt: at(0),
      },
      { stream: 'case', id: id('a2') },
    )
    await world.pass(2 * HOUR)
    expect(await whys()).toEqual([[id('1'), 'promise-late']])
    const solved = { caseId: id('a1'), customerId: ana.id, how: 'solved', words: 'Done' }
    await world.tell('throughline.CaseResolved.v1', solved, { stream: 'case', id: id('a1') })
    expect(await whys()).toEqual([])
  })

  it('names who waits past the promise until somebody takes the contact', async () => {
    const { of, work } = scene('3', tomas.id)
    await asks('3', fridge, tomas.id)
    const queued = { queue: 'care', need: [], enteredAt: at(0), dueBy: at(2 * MINUTE), policy: 'care' }
    const level = {
      urgency: 'normal',
      urgencyRule: 'default',
      value: 'standard',
      valueRule: 'default',
    } as const
    await world.tell(
      'throughline.ContactQueued.v1',
      { ...of, channel: 'chat', ...queued, version: 1, level },
      work,
    )
    const offered = { ...of, offerId: id('0f'), agentId: mira.id, channel: 'chat' } as const
    const chosen = { ring: 0, load: 0, readySince: at(0), ready: 1, passedOver: [] }
    await world.tell(
      'throughline.ContactOffered.v1',
      { ...offered, dueBy: at(2 * MINUTE), expiresAt: at(MINUTE), ...chosen },
      work,
    )
    expect(await whys()).toEqual([])
    await world.pass(3 * MINUTE)
    expect((await wrong()).items).toMatchObject([
      { why: 'wait-late', channel: 'chat', staffId: mira.id, words: 'Nord 300, It isn’t working' },
    ])
    await world.tell('throughline.OfferExpired.v1', { ...of, offerId: id('0f'), agentId: mira.id }, work)
    expect((await wrong()).items[0]).not.toHaveProperty('staffId')
    await world.tell('throughline.ContactAssigned.v1', offered, work)
    expect(await whys()).toEqual([])
  })

  it('names the third contact in nine days about the same, until one is resolved; the worst comes first', async () => {
    await promises('7', at(9 * DAY))
    for (const journey of ['1', '2', '3']) {
      await asks(journey, fridge)
      await asks(`${journey}0`, fridge, tomas.id)
      await world.pass(3 * DAY)
    }
    expect(await whys()).toEqual([
      [id('3'), 'asked-repeatedly'],
      [id('30'), 'asked-repeatedly'],
    ])
    const { of, contact } = scene('30', tomas.id)
    const summary = { subject: 'Cold again', words: 'Done', causes: [], promised: [], articles: [] }
    await world.tell(
      'throughline.ContactSummarised.v1',
      { ...of, channel: 'chat', outcome: 'resolved', issue: 'same', ...summary },
      contact,
    )
    expect(await whys()).toEqual([[id('3'), 'asked-repeatedly']])
    await world.pass(HOUR)
    expect(await whys()).toEqual([[id('7'), 'promise-late']])
    await asks('7', fridge)
    expect(await wrong()).toMatchObject({
      total: 1,
      items: [{ why: 'promise-late', also: [{ why: 'asked-repeatedly', contacts: 3 }] }],
    })
  })

  it('does not take another reason with the same thing for the same, unless it is the same case', async () => {
    const bill = { code: 'billing', label: 'The bill' }
    await asks('1', fridge)
    await asks('2', fridge, ana.id, bill)
    await asks('3', fridge)
    expect(await whys()).toEqual([])
    await promises('1', at(9 * DAY))
    for (const journey of ['2', '3']) {
      const said = { caseId: id('a1'), customerId: ana.id, words: 'Again', promised: [] }
      const where = { stream: 'case', id: id('a1'), journeyId: id(journey), customerId: ana.id }
      await world.tell('throughline.ContactAddedToCase.v1', { ...said, ...scene(journey).of }, where)
    }
    expect(await whys()).toEqual([[id('3'), 'asked-repeatedly']])
  })

  it('says the same when everything is read twice', async () => {
    for (const journey of ['1', '2', '3']) await asks(journey, fridge)
    await promises('3', at(HOUR))
    const events = await world.events()
    const [once, twice] = [new TroubleFold(), new TroubleFold()]
    once.apply(events)
    for (const event of events) twice.apply([event])
    twice.apply(events)
    const later = world.clock.now() + 2 * HOUR
    expect(troublesAt(twice, later)).toEqual(troublesAt(once, later))
    expect(troublesAt(once, later)).toHaveLength(1)
  })

  it('names who left the queue while a quote is open, and forgets it when the quote goes on', async () => {
    const { of, contact } = scene('4')
    await asks('4', quote)
    await world.tell('throughline.ContactLeft.v1', { ...of, why: 'gave-up' }, contact)
    expect((await wrong()).items).toMatchObject([
      { why: 'left-with-quote', words: 'Hob with fitting, It isn’t working' },
    ])
    const accepted = { itemId: quote.id, customerId: ana.id, state: 'accepted' }
    await world.tell('throughline.ItemProgressed.v1', accepted, { stream: 'item', id: quote.id })
    expect(await whys()).toEqual([])
  })

  it('names late follow-ups, and who felt bad of late, without a word she wrote', async () => {
    const said = { feedbackId: id('fb'), customerId: ana.id, followUp: true, version: 1 }
    const about = { kind: 'contact', id: id('c5') } as const
    await world.tell(
      'throughline.FeedbackGiven.v1',
      { ...said, about, feeling: 'upset', outcome: 'not-at-all', comment: 'Secret words' },
      { stream: 'feedback', id: id('fb'), journeyId: id('5'), customerId: ana.id },
    )
    const followUp = { followUpId: id('f0'), customerId: ana.id, feedbackId: id('fb'), dueBy: at(HOUR) }
    await world.tell(
      'throughline.FollowUpRequested.v1',
      { ...followUp, what: 'Call her' },
      { stream: 'follow-up', id: id('f0'), journeyId: id('5'), customerId: ana.id },
    )
    await world.pass(2 * HOUR)
    const found = await wrong()
    expect(found.items).toMatchObject([
      { why: 'follow-up-late', words: 'Call her', also: [{ why: 'unhappy', words: 'upset, not-at-all' }] },
    ])
    expect(JSON.stringify(found)).not.toContain('Secret')
    const done = { followUpId: id('f0'), customerId: ana.id, note: 'Called' }
    await world.tell('throughline.FollowUpDone.v1', done, { stream: 'follow-up', id: id('f0') })
    expect(await whys()).toEqual([])
  })

  it('opens journeys to who analyses without naming anybody, and is none of an agent’s', async () => {
    await asks('1', fridge)
    await promises('1', at(HOUR))
    await world.pass(2 * HOUR)
    const text = JSON.stringify(await wrong(ivo))
    expect(text).toContain(id('1'))
    expect(text).not.toContain(ana.id)
    expect(text).not.toContain(joel.id)
    expect((await world.as(joel).get(PATH)).status).toBe(403)
    expect((await world.anyone().get(PATH)).status).toBe(401)
    expect((await world.as(helena).get(`${PATH}?limit=21`)).status).toBe(400)
  })
})
