import { listOf, textOf } from './caller.js'
import type { Caller } from './caller.js'
import type { Chance } from './chance.js'
import type { Stage } from './customer.js'

const SECOND = 1_000

/** Supervisor and knowledge owner in one: now and then changes what everybody else stands on. */
export class Supervisor {
  constructor(
    private readonly me: Caller,
    private readonly administrator: Caller,
    private readonly stage: Stage,
    private readonly chance: Chance,
    private readonly views: readonly string[],
  ) {}

  async live(): Promise<void> {
    while (!this.stage.closing()) {
      await this.stage.time.sleep((5 + this.chance.below(30)) * SECOND)
      const does = this.chance.of([
        'article',
        'tasks',
        'merge',
        'merge',
        'agents',
        'queues',
        'rebuild',
        'figures',
      ])
      if (does === 'article') await this.#article()
      else if (does === 'tasks') await this.#tasks()
      else if (does === 'merge') await this.#merge()
      else if (does === 'agents') await this.#agents()
      else if (does === 'queues') await this.me.get('/api/v1/routing/queues')
      else if (does === 'rebuild') await this.#rebuild()
      else await this.me.get('/api/v1/knowledge/duplicates')
    }
  }

  async #article(): Promise<void> {
    const { body } = await this.me.get('/api/v1/knowledge/articles?state=live&limit=50')
    const articles = listOf(body)
    if (articles.length === 0) return
    const id = textOf(this.chance.of(articles).id) ?? ''
    const path = `/api/v1/knowledge/articles/${id}`
    if (this.chance.is(0.2)) {
      await this.me.post('/api/v1/knowledge/tasks', { articleId: id, why: 'outdated' })
      return
    }
    const { body: article, etag } = await this.me.get(path)
    const { kind, title, summary, fits, language } = article
    const text = `${textOf(article.body) ?? ''}\n\nAnd a ${this.chance.hex(4)}.`
    await this.me.put(
      path,
      { kind, title, summary, body: text, fits, language, why: 'Readers missed it.' },
      { ...(etag !== undefined && { ifMatch: this.chance.is(0.2) ? '"999"' : etag }) },
    )
  }

  async #tasks(): Promise<void> {
    const { body } = await this.me.get('/api/v1/knowledge/tasks?limit=20')
    const task = listOf(body)[0]
    if (task === undefined) return
    await this.me.post(`/api/v1/knowledge/tasks/${textOf(task.id) ?? ''}/closing`, {
      how: 'not-the-article',
      note: 'It was something else.',
    })
  }

  /** Two customers are one, and sometimes after all are not. */
  async #merge(): Promise<void> {
    const { body } = await this.me.get('/api/v1/identity/customers?limit=50')
    const ids = listOf(body).flatMap(({ id }) => textOf(id) ?? [])
    if (ids.length < 2) return
    const [kept, mergedId] = [this.chance.of(ids), this.chance.of(ids)]
    const merged = await this.me.post(`/api/v1/identity/customers/${kept}/merges`, { mergedId })
    if (merged.status >= 300 || this.chance.is(0.5)) return
    await this.stage.time.sleep(this.chance.below(20) * SECOND)
    await this.me.delete(`/api/v1/identity/customers/${kept}/merges/${mergedId}`)
  }

  async #agents(): Promise<void> {
    const { body } = await this.me.get('/api/v1/routing/agents')
    const agents = listOf(body)
    if (agents.length === 0 || this.chance.is(0.5)) return
    const agent = this.chance.of(agents)
    await this.me.put(`/api/v1/routing/agents/${textOf(agent.agentId) ?? textOf(agent.id) ?? ''}/presence`, {
      state: 'signed-off',
    })
  }

  async #rebuild(): Promise<void> {
    await this.administrator.post(`/api/v1/platform/views/${this.chance.of(this.views)}/rebuild`)
  }
}
