import { toInstant } from '@throughline/kernel'
import { listOf, textOf } from './caller.js'
import type { Caller, World } from './caller.js'
import type { Chance } from './chance.js'
import { REASONS } from './company.js'
import type { Watch } from './watch.js'

export interface Stage extends World {
  readonly watch: Watch
  /** Nothing new is begun any more. */
  readonly closing: () => boolean
}

const SECOND = 1_000
const OVER = new Set(['left', 'ended', 'summarised'])
const CALLS = new Set(['phone', 'callback'])

/** One customer: looks for help, reads, writes, loses the line, comes back, says how it was, and does things that make no sense. */
export class Customer {
  readonly #journeys: string[] = []
  readonly #contacts: string[] = []

  constructor(
    private readonly me: Caller,
    private readonly stage: Stage,
    private readonly chance: Chance,
    /** Ids that others have, to try what should not be possible. */
    private readonly foreign: string[],
  ) {}

  async live(): Promise<void> {
    await this.#think(40)
    while (!this.stage.closing()) {
      if (this.#journeys.length === 0 || this.chance.is(0.6)) await this.#visit()
      else if (this.chance.is(0.4)) await this.#nonsense()
      else await this.#look()
      await this.#think(50)
    }
  }

  async #visit(): Promise<void> {
    const { body: things } = await this.me.get('/api/v1/my-stuff/items?kind=purchase&limit=100')
    const thing = listOf(things)[0]
    const begun = await this.me.post('/api/v1/journey/journeys', { entrance: 'need-help' })
    const journeyId = textOf(begun.body.id)
    if (journeyId === undefined) return
    this.#journeys.push(journeyId)
    const journey = `/api/v1/journey/journeys/${journeyId}`
    await this.#think(8)
    if (thing !== undefined) await this.me.put(`${journey}/item`, { itemId: thing.id })
    const reason = this.chance.of(REASONS)
    await this.me.put(`${journey}/reason`, { code: reason })
    if (this.chance.is(0.5)) await this.#read(journeyId, reason)
    if (this.chance.is(0.2)) {
      await this.me.post(`${journey}/end`, { outcome: 'solved-by-article' })
      return
    }
    await this.me.post(`${journey}/facts`, { name: 'question', label: 'Says', value: 'It makes a noise.' })
    const offer = await this.me.post('/api/v1/routing/offers', { journeyId })
    const offered = listOf(offer.body, 'channels').flatMap(({ channel }) => textOf(channel) ?? [])
    if (offered.length === 0) return
    await this.#think(6)
    await this.#contact(journeyId, this.chance.of(offered), textOf(offer.body.id))
  }

  async #read(journeyId: string, reason: string): Promise<void> {
    const query = new URLSearchParams({ thing: 'purchase', reason, journeyId })
    const { body } = await this.me.get(`/api/v1/knowledge/suggestions?${query.toString()}`)
    const article = listOf(body, 'guides')[0]
    if (article === undefined) return
    const opened = await this.me.post('/api/v1/knowledge/readings', { articleId: article.id, journeyId })
    await this.#think(30)
    const reading = `/api/v1/knowledge/readings/${textOf(opened.body.id) ?? ''}`
    await this.me.post(`${reading}/leave`, { dwell: 1 + this.chance.below(60) })
    for (let often = this.chance.below(3); often > 0; often--)
      await this.me.put(`${reading}/rating`, { helped: this.chance.is(0.4) })
  }

  async #contact(journeyId: string, channel: string, decisionId: string | undefined): Promise<void> {
    const now = this.stage.time.now()
    const later = channel === 'callback' && this.chance.is(0.5)
    const asked = await this.me.post('/api/v1/contact/contacts', {
      journeyId,
      channel,
      ...(decisionId !== undefined && { decisionId }),
      words: 'It makes a noise and then it stops.',
      presses: 4,
      ...(later && {
        callFrom: toInstant(now + 120 * SECOND),
        callUntil: toInstant(now + 3_600 * SECOND),
      }),
    })
    const contactId = textOf(asked.body.id)
    if (contactId === undefined) return
    this.#contacts.push(contactId)
    this.foreign.push(contactId, journeyId)
    await this.#converse(contactId, channel)
    if (this.stage.watch.contacts.get(contactId) !== 'left') await this.#feedback(contactId)
  }

  /** Until it is over, or it takes too long for one visit. */
  async #converse(contactId: string, channel: string): Promise<void> {
    const path = `/api/v1/contact/contacts/${contactId}`
    for (let patience = this.chance.between(6, 25); patience > 0; patience--) {
      await this.#think(12)
      const status = this.stage.watch.contacts.get(contactId)
      if (status === undefined || OVER.has(status) || this.stage.closing()) return
      if (status === 'waiting' || status === 'ringing') {
        if (this.chance.is(0.04)) await this.me.post(`${path}/leave`, { why: 'gave-up' })
        else if (this.chance.is(0.04))
          await this.me.post(`${path}/move`, { channel: this.chance.of(['phone', 'callback']) })
        else if (this.chance.is(0.3)) await this.me.get(`/api/v1/routing/work/${contactId}`)
      } else if (status === 'dropped') await this.#comeBack(contactId, channel)
      else await this.#speak(path, channel)
    }
  }

  async #speak(path: string, channel: string): Promise<void> {
    if (this.chance.is(0.15)) {
      // The page is closed; after a minute the chat counts as dropped.
      await this.#think(140)
      return
    }
    if (this.chance.is(0.1)) {
      const made = await this.me.post(`${path}/continuations`, { form: 'spoken' })
      const code = textOf(made.body.code)
      // It is read from one screen and said or typed somewhere else.
      await this.#think(20)
      if (code !== undefined) await this.me.post('/api/v1/contact/resumptions', { code, channel: 'phone' })
      return
    }
    if (this.chance.is(0.06)) await this.me.post(`${path}/end`)
    else if (!CALLS.has(channel)) await this.me.post(`${path}/messages`, { text: 'Yes, since Wednesday.' })
    const { body } = await this.me.get(`${path}/messages`)
    const last = listOf(body, 'lines').at(-1) ?? listOf(body).at(-1)
    if (last !== undefined && this.chance.is(0.3)) await this.me.put(`${path}/seen`, { messageId: last.id })
  }

  async #comeBack(contactId: string, channel: string): Promise<void> {
    if (this.chance.is(0.3)) return
    await this.me.post('/api/v1/contact/resumptions', {
      contactId,
      channel: this.chance.is(0.5) ? channel : this.chance.of(['phone', 'callback']),
    })
  }

  async #feedback(contactId: string): Promise<void> {
    if (this.chance.is(0.4)) return
    const said = () => ({
      outcome: this.chance.of(['not-at-all', 'partly', 'mostly', 'fully']),
      feeling: this.chance.of(['upset', 'unsure', 'at-ease', 'cared-for']),
    })
    const given = await this.me.post('/api/v1/feedback/feedback', {
      about: { kind: 'contact', id: contactId },
      ...said(),
      followUp: this.chance.is(0.3),
    })
    const id = textOf(given.body.id)
    if (id === undefined || this.chance.is(0.5)) return
    await this.#think(20)
    // Now and then from a page that was open too long.
    const ifMatch = this.chance.is(0.3) ? '"1"' : given.etag
    await this.me.patch(`/api/v1/feedback/feedback/${id}`, said(), {
      ...(ifMatch !== undefined && { ifMatch }),
    })
  }

  async #look(): Promise<void> {
    const journeyId = this.chance.of(this.#journeys)
    const seen = this.chance.of([
      '/api/v1/contact/contacts?limit=20',
      '/api/v1/case/cases?limit=20',
      '/api/v1/feedback/feedback?limit=20',
      '/api/v1/journey/journeys?limit=20',
      '/api/v1/case/follow-ups?limit=20',
      `/api/v1/journey/journeys/${journeyId}/context`,
      `/api/v1/journey/journeys/${journeyId}/events`,
    ])
    const { body } = await this.me.get(seen)
    const [found] = listOf(body)
    const id = textOf(found?.id)
    if (!seen.includes('/case/cases') || id === undefined) return
    if (this.chance.is(0.5)) await this.me.post(`/api/v1/case/cases/${id}/recontact`)
    else if (this.chance.is(0.3))
      await this.me.post(`/api/v1/case/cases/${id}/resolution`, { how: 'solved', words: 'It works again.' })
    else await this.me.post(`/api/v1/case/cases/${id}/reopening`, { why: 'It is back.' })
  }

  /** Each of these has to be refused, and none may tell anything. */
  async #nonsense(): Promise<void> {
    const foreign = this.foreign.length === 0 ? this.chance.of(this.#journeys) : this.chance.of(this.foreign)
    const own = this.chance.of(this.#journeys)
    const [method, path, body] = this.chance.of([
      ['get', `/api/v1/journey/journeys/${foreign}/context`, undefined],
      ['get', `/api/v1/contact/contacts/${foreign}`, undefined],
      ['post', `/api/v1/contact/contacts/${foreign}/messages`, { text: 'Who is there?' }],
      ['post', `/api/v1/contact/contacts/${foreign}/end`, {}],
      ['post', '/api/v1/contact/resumptions', { contactId: foreign, channel: 'chat' }],
      ['put', `/api/v1/journey/journeys/${own}/reason`, { code: 'no-such-reason' }],
      ['post', `/api/v1/journey/journeys/${own}/end`, { outcome: 'given-up' }],
      ['post', '/api/v1/routing/offers', { journeyId: foreign }],
      ['get', '/api/v1/routing/queues', undefined],
    ] as const)
    if (method === 'get') await this.me.get(path)
    else await this.me[method](path, body)
  }

  #think(seconds: number): Promise<void> {
    return this.stage.time.sleep(500 + this.chance.below(seconds * SECOND))
  }
}
