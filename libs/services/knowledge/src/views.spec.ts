import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import type { Decision, DomainEvent, Stream } from '@throughline/kernel'
import { orderingKey } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { projected, recorded, woven } from '@throughline/testing/views'
import type { Projecting } from '@throughline/testing/views'
import { articles, changeOwner, publishArticle, retireArticle, reviseArticle } from './article.js'
import { articlesView } from './article.view.js'
import { journeysView } from './journey.view.js'
import { countAsNoHelp, leaveArticle, rateArticle, readings, viewArticle } from './reading.js'
import { readingsView } from './reading.view.js'
import { settledBy } from './settling.js'
import { closeTask, findGap, flagArticle, settleTask, tasks } from './task.js'
import { tasksView } from './task.view.js'
import type { TaskRow } from './task.view.js'

interface Envelope {
  readonly customerId?: string
  readonly journeyId?: string
}

/** A log made by decisions, so that only histories that can happen are projected. */
class Log {
  readonly events: RecordedEvent[] = []

  decide<State, Event extends DomainEvent>(
    stream: Stream<State, Event>,
    id: string,
    decision: Decision<State, Event>,
    envelope: Envelope = {},
  ): void {
    const past = this.events.filter((event) => event.stream === stream.name && event.streamId === id)
    try {
      for (const event of decision(fold(stream, past as unknown as Event[])))
        this.tell(stream.name, id, event, envelope)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  tell(stream: string, id: string, event: DomainEvent, envelope: Envelope = {}): void {
    const sequence = this.events.filter((other) => other.stream === stream && other.streamId === id).length
    const second = String(this.events.length % 60).padStart(2, '0')
    const place = { stream, streamId: id, sequence, occurredAt: `2026-11-20T09:00:${second}.000Z` }
    this.events.push(recorded(event, { ...envelope, ...place }))
  }
}

const actions = fc.array(fc.nat(9_999), { minLength: 1, maxLength: 40 })
const choices = fc.array(fc.nat(9_999), { minLength: 40, maxLength: 40 })

async function sameForAnyOrder<Row>(
  view: Projecting<Row>,
  play: (log: Log, action: number) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(actions, choices, async (all, order) => {
      const log = new Log()
      for (const action of all) play(log, action)
      const lanes = [...Map.groupBy(log.events, orderingKey).values()]
      expect(await projected(view, woven(lanes, order))).toEqual(await projected(view, log.events))
    }),
    { numRuns: 200 },
  )
}

const pick = <Item>(items: readonly [Item, ...Item[]], action: number): Item =>
  items[action % items.length] ?? items[0]

const content = { kind: 'guide', title: 'T', summary: '', body: 'B', fits: [], language: 'en' } as const

function playArticle(log: Log, action: number): void {
  const articleId = pick(['a1', 'a2'], action)
  const wish = pick(
    [
      publishArticle({ articleId, content, ...(action % 3 === 0 && { ownerId: 'o1' }) }),
      reviseArticle({ articleId, content: { ...content, body: String(action) }, why: 'w' }),
      changeOwner({ articleId, ownerId: pick(['o1', 'o2'], action >> 4) }),
      retireArticle({ articleId, why: 'w' }),
    ],
    action >> 2,
  )
  log.decide(articles, articleId, wish)
}

describe('a view is the same for any order that keeps each key’s order', () => {
  it('of articles', () => sameForAnyOrder(articlesView, playArticle))

  it('of journeys, whoever claimed them', () =>
    sameForAnyOrder(journeysView, (log, action) => {
      const journeyId = pick(['j1', 'j2'], action)
      const customerId = pick(['guest', 'customer'], action >> 1)
      const person = { id: customerId, assurance: 'none' } as const
      const code = `r${String(action % 7)}`
      const event = pick<DomainEvent>(
        [
          {
            type: 'throughline.JourneyStarted.v1',
            data: { journeyId, person, guest: true, entrance: 'need-help' },
          },
          { type: 'throughline.JourneyClaimed.v1', data: { journeyId, person, guestId: 'guest' } },
          {
            type: 'throughline.ItemChosen.v1',
            data: { journeyId, item: { id: 'i', kind: 'purchase', title: code } },
          },
          { type: 'throughline.ReasonChosen.v1', data: { journeyId, reason: { code, label: code } } },
        ],
        action >> 2,
      )
      log.tell('journey', journeyId, event, { journeyId, customerId })
    }))

  it('of readings, their records counting each once', async () => {
    const play = (log: Log, action: number): void => {
      const readingId = pick(['r1', 'r2', 'r3'], action)
      const journeyId = readingId === 'r3' ? 'j2' : 'j1'
      const customerId = pick(['guest', 'customer'], action >> 3)
      const key = { readingId, articleId: 'a1', version: 1, title: 'T' }
      const wish = pick(
        [
          viewArticle(key),
          leaveArticle({ dwell: action % 60 }),
          rateArticle({ helped: action % 2 === 0, ...(action % 3 === 0 && { comment: String(action) }) }),
          countAsNoHelp({ contactId: 'c' }),
        ],
        action >> 4,
      )
      if (action % 5 === 0) {
        const data = { journeyId, guestId: 'guest', person: { id: 'customer', assurance: 'code' } }
        log.tell(
          'journey',
          journeyId,
          { type: 'throughline.JourneyClaimed.v1', data },
          { journeyId, customerId: 'customer' },
        )
      } else {
        log.decide(readings, readingId, wish, { journeyId, customerId })
      }
    }
    await sameForAnyOrder(readingsView, play)
    await fc.assert(
      fc.asyncProperty(actions, async (all) => {
        const log = new Log()
        for (const action of all) play(log, action)
        const kept = await projected(readingsView, log.events)
        const read = new Set(
          log.events.filter(({ stream }) => stream === 'reading').map(({ streamId }) => streamId),
        )
        const failed = log.events.filter(({ type }) => type === 'throughline.ArticleDidNotHelp.v1').length
        if (read.size > 0)
          expect(kept.get('a1@1')?.row).toMatchObject({ readings: read.size, contacts: failed })
        const record = kept.get('a1@1')?.row as { helped: number; didNotHelp: number } | undefined
        expect((record?.helped ?? 0) + (record?.didNotHelp ?? 0)).toBeLessThanOrEqual(read.size)
      }),
    )
  })

  it('of tasks, in the list of who owns the article now', () =>
    sameForAnyOrder(tasksView, (log, action) => {
      if (action % 2 === 0) {
        playArticle(log, action >> 1)
        return
      }
      const articleId = pick(['a1', 'a2'], action >> 1)
      const taskId = action % 3 === 0 ? 'gap' : `task-${articleId}`
      const wish = pick(
        [
          taskId === 'gap'
            ? findGap({ taskId, thing: 'purchase', reason: 'r', contactId: `c${String(action % 11)}` })
            : flagArticle({ taskId, articleId, version: 1, why: 'outdated' }),
          settleTask({ how: taskId === 'gap' ? 'written' : 'revised', note: '', articleId }),
          closeTask({ how: 'not-the-article', note: 'n' }),
        ],
        action >> 3,
      )
      log.decide(tasks, taskId, wish)
    }))
})

describe('what settles a task', () => {
  const task: TaskRow = {
    is: 'task',
    taskId: 't',
    kind: 'article',
    state: 'open',
    openedBy: 'e1',
    openedAt: '2026-11-20T09:00:00.000Z',
    why: 'did-not-help',
    articleId: 'a',
    version: 1,
    details: [],
    contacts: [],
    revision: 1,
  }
  const article = { articleId: 'a', version: 1, state: 'live', fits: [] } as const

  it('is a newer version, or the end of the article', () => {
    expect(settledBy(task, [article])).toBeUndefined()
    expect(settledBy(task, [{ ...article, version: 2 }])?.how).toBe('revised')
    expect(settledBy(task, [{ ...article, state: 'retired' }])?.how).toBe('retired')
  })

  it('is an article for every need that met a gap', () => {
    const gap: TaskRow = {
      ...task,
      kind: 'gap',
      thing: 'purchase',
      reason: 'no-power',
      details: ['fuse', 'cable'],
    }
    const fits = (...reasons: string[]) => [{ things: [], reasons, products: [] }]
    expect(settledBy(gap, [{ ...article, fits: fits('fuse') }])).toBeUndefined()
    expect(settledBy(gap, [{ ...article, fits: fits('fuse', 'cable') }])).toMatchObject({
      how: 'written',
      articleId: 'a',
    })
    expect(settledBy(gap, [{ ...article, fits: fits('no-power') }])?.how).toBe('written')
    expect(settledBy(gap, [{ ...article, state: 'retired', fits: fits('no-power') }])).toBeUndefined()
  })
})
