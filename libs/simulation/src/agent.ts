import { DAY, toInstant } from '@throughline/kernel'
import { listOf, textOf } from './caller.js'
import type { Caller } from './caller.js'
import type { Chance } from './chance.js'
import type { Stage } from './customer.js'

const SECOND = 1_000

/** One agent: takes what is offered or not, speaks, ends, writes up, keeps what was promised. */
export class Agent {
  /** How often each contact was spoken in. */
  readonly #turns = new Map<string, number>()
  #awayUntil = 0

  constructor(
    private readonly me: Caller,
    private readonly stage: Stage,
    private readonly chance: Chance,
    /** From now on everything is done at once and done well. */
    private readonly diligent: () => boolean,
  ) {}

  async live(until: () => boolean): Promise<void> {
    await this.me.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    while (!until()) {
      await this.stage.time.sleep(1_000 + this.chance.below(6 * SECOND))
      if (this.stage.time.now() < this.#awayUntil && !this.diligent()) continue
      await this.#step()
    }
  }

  async #step(): Promise<void> {
    const { watch, time } = this.stage
    const careless = !this.diligent()
    if (watch.presence.get(this.me.id) !== 'AgentBecameReady')
      await this.me.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    if (careless && this.chance.is(0.02)) {
      const state = this.chance.of(['paused', 'signed-off'])
      await this.me.put('/api/v1/routing/agents/me/presence', { state })
      this.#awayUntil = time.now() + this.chance.below(60) * SECOND
      return
    }
    // She does not look at the screen: what is offered runs out.
    if (careless && this.chance.is(0.03)) {
      this.#awayUntil = time.now() + 45 * SECOND
      return
    }
    for (const { contactId, offerId } of watch.offersOf(this.me.id)) {
      const what = careless && this.chance.is(0.1) ? 'refusal' : 'acceptance'
      await this.me.post(`/api/v1/routing/work/${contactId}/offers/${offerId}/${what}`)
    }
    const held = watch.heldBy(this.me.id)
    if (held.length > 0) await this.#serve(this.diligent() ? held : [this.chance.of(held)])
    else if (careless && this.chance.is(0.15)) await this.#tidy()
  }

  async #serve(contacts: readonly string[]): Promise<void> {
    for (const contactId of contacts) {
      const path = `/api/v1/contact/contacts/${contactId}`
      const turns = this.#turns.get(contactId) ?? 0
      this.#turns.set(contactId, turns + 1)
      const status = this.stage.watch.contacts.get(contactId)
      if (status === 'ended') await this.#sumUp(path)
      else if (status === 'ringing') await this.#call(path)
      else if (status === 'connected') await this.#speak(contactId, path, turns)
      // Whoever is gone comes back, or is given up by the clock.
    }
  }

  async #call(path: string): Promise<void> {
    await this.me.post(`${path}/call`, { state: 'ringing' })
    const reached = this.diligent() || this.chance.is(0.85)
    await this.me.post(`${path}/call`, { state: reached ? 'answered' : 'unanswered' })
  }

  async #speak(contactId: string, path: string, turns: number): Promise<void> {
    const channel = this.stage.watch.works.get(contactId)?.channel ?? ''
    if (!this.diligent() && ['phone', 'callback'].includes(channel) && this.chance.is(0.12)) {
      const told = this.chance.of([
        { state: 'ended', cause: 'lost' },
        { state: 'held' },
        { state: 'retrieved' },
      ])
      await this.me.post(`${path}/call`, told)
      return
    }
    if (!this.diligent() && this.chance.is(0.03)) {
      await this.me.post(`${path}/transfer`, { why: 'Somebody else knows this.' })
      return
    }
    if (turns < 2) {
      await this.me.post(`${path}/messages`, { text: 'I read what you wrote.' })
      return
    }
    if (this.chance.is(0.2)) await this.me.post(`${path}/notes`, { text: 'Not the hose.' })
    if (this.chance.is(this.diligent() ? 1 : 0.4)) {
      if (this.chance.is(0.5)) await this.me.post(`${path}/end`)
      else await this.#sumUp(path)
    } else await this.me.post(`${path}/messages`, { text: 'Please look at the hose.' })
  }

  async #sumUp(path: string): Promise<void> {
    const promised = this.chance.is(0.4)
    await this.me.put(`${path}/summary`, {
      outcome: promised ? 'promised' : 'resolved',
      issue: this.chance.of(['new', 'same']),
      subject: 'It makes a noise',
      words: 'The hose was loose.',
      causes: [{ code: 'hose-loose', words: 'The hose was loose.', department: 'installation' }],
      promised: promised
        ? [{ what: 'We call you', by: toInstant(this.stage.time.now() + this.chance.of([90 * SECOND, DAY])) }]
        : [],
      articles: [],
    })
  }

  /** Cases and follow-ups, when there is nothing else to do. */
  async #tidy(): Promise<void> {
    const { body } = await this.me.get('/api/v1/case/cases?list=all&status=open&limit=20')
    const cases = listOf(body)
    if (cases.length === 0) return
    const found = this.chance.of(cases)
    const path = `/api/v1/case/cases/${textOf(found.id) ?? ''}`
    const next = found.next
    if (this.chance.is(0.3))
      await this.me.post(`${path}/notes`, { note: 'I look into it.', visible: this.chance.is(0.5) })
    if (typeof next === 'object' && next !== null && this.chance.is(0.6)) {
      await this.me.post(`${path}/kept-promises`, { what: (next as { what?: unknown }).what })
    }
    if (this.chance.is(0.3))
      await this.me.post(`${path}/resolution`, { how: 'solved', words: 'It runs again.' })
    if (this.chance.is(0.3))
      await this.me.post('/api/v1/case/follow-ups', {
        caseId: found.id,
        what: 'Ask whether it runs',
        dueBy: toInstant(this.stage.time.now() + DAY),
      })
    const { body: followUps } = await this.me.get('/api/v1/case/follow-ups?list=all&limit=5')
    const followUp = listOf(followUps)[0]
    if (followUp !== undefined)
      await this.me.post(`/api/v1/case/follow-ups/${textOf(followUp.id) ?? ''}/completion`, {
        note: 'Called.',
      })
  }
}
