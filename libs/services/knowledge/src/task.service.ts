import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import type { ItemKind } from '@throughline/contracts'
import { Ids, MINUTE, Refused } from '@throughline/kernel'
import { EventStore, has, Timers, ViewStore } from '@throughline/ports'
import type { Caller, Command, LogReader, Page, PageRequest } from '@throughline/ports'
import { articles, retireArticle, unknownArticle } from './article.js'
import type { ArticleState } from './article.js'
import { articlesView, versionKey } from './article.view.js'
import type { ArticleRow } from './article.view.js'
import { Catalogue } from './catalogue.js'
import { flagsAudit, isFlagged } from './flag.derivation.js'
import { flagOf, isShown, taskOf } from './flag.js'
import { readingsView } from './reading.view.js'
import type { ReadingRow } from './reading.view.js'
import { settledBy } from './settling.js'
import { closeTask, findGap, settleTask, tasks, unknownTask } from './task.js'
import type { FlagReason } from './task.js'
import { NOBODY, taskList, tasksView } from './task.view.js'
import type { TaskRow } from './task.view.js'

export interface TaskQuery {
  readonly state: 'open' | 'closed'
  readonly kind?: 'article' | 'gap'
  readonly of?: 'me' | 'nobody' | 'everyone'
}

@Injectable()
export class TasksService implements OnApplicationBootstrap {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly timers: Timers,
    private readonly catalogue: Catalogue,
  ) {}

  onApplicationBootstrap(): void {
    // Reactions settle tasks at once; what crossed an article on its way is found here.
    this.timers.every('knowledge.tasks', MINUTE, () => this.settleAll())
  }

  /** Flags a version for its owner, while it is the one that is shown: what was revised since is dealt with. */
  async flag(articleId: string, version: number, why: FlagReason, command: Command): Promise<void> {
    const { state } = await this.store.load(articles, articleId)
    if (state.status !== 'none' && isShown(state, version)) await this.#flag(articleId, state, why, command)
  }

  /** A person says that an article is outdated or there twice. */
  async flagByHand(articleId: string, why: 'outdated' | 'duplicate', command: Command) {
    const { state } = await this.store.load(articles, articleId)
    if (state.status === 'none') throw unknownArticle()
    if (state.status === 'retired')
      throw new Refused('conflict', 'article.retired', 'This article is no longer shown.')
    return this.#flag(articleId, state, why, command)
  }

  async findGap(
    need: {
      readonly thing: ItemKind
      readonly reason: string
      readonly detail?: string
      readonly contactId: string
    },
    command: Command,
  ): Promise<void> {
    const taskId = this.ids.derive('knowledge-gap', need.thing, need.reason)
    await this.store.transact(tasks, taskId, findGap({ taskId, ...need }), ofNoJourney(command))
  }

  /** The task of a version of an article, where there is an open one, has become needless. */
  async settle(
    articleId: string,
    version: number,
    how: 'revised' | 'retired',
    note: string,
    command: Command,
  ) {
    const taskId = taskOf(this.ids, articleId, version)
    await this.store.transact(tasks, taskId, settleTask({ how, note, articleId }), command)
  }

  /** Closes every open gap that these articles, beside those already known, have filled. */
  async settleGaps(added: Pick<ArticleRow, 'articleId' | 'version' | 'state' | 'fits'>, command: Command) {
    const known = [added, ...(await this.catalogue.live())]
    for await (const row of this.views.every(tasksView, taskList({ state: 'open', kind: 'gap' }))) {
      const settled = row.is === 'task' ? settledBy(row, known) : undefined
      if (row.is !== 'task' || settled === undefined) continue
      await this.store.transact(tasks, row.taskId, settleTask(settled), command)
    }
  }

  async settleAll(): Promise<void> {
    const known = await this.catalogue.articles()
    for await (const row of this.views.every(tasksView, taskList({ state: 'open' }))) {
      const settled = row.is === 'task' ? settledBy(row, known) : undefined
      if (row.is !== 'task' || settled === undefined) continue
      const command = { id: `${row.openedBy}/knowledge.settle`, actor: 'system:knowledge' }
      await this.store.transact(tasks, row.taskId, settleTask(settled), command)
    }
  }

  async close(
    taskId: string,
    how: 'not-the-article' | 'retired',
    note: string,
    command: Command,
    caller: Caller,
  ) {
    const { about } = await this.#visible(taskId, caller)
    const decision = closeTask({ how, note })
    if (how === 'retired' && about.kind === 'article') {
      const { ifVersion, ...plain } = command
      const { state, version } = await this.store.load(tasks, taskId)
      decision(state)
      // The caller's condition is about the task; it is checked before the article goes.
      if (ifVersion === undefined || ifVersion === version) {
        const retire = retireArticle({ articleId: about.articleId, why: note })
        await this.store.transact(articles, about.articleId, retire, plain)
      }
    }
    return this.store.transact(tasks, taskId, decision, command)
  }

  /**
   * An owner's own tasks; those of nobody (gaps, articles without owner) and everyone's on request.
   * @throws Refused `task.not-yours` for everyone's, unless the caller leads
   */
  async list(query: TaskQuery, caller: Caller, page: PageRequest): Promise<Page<TaskRow>> {
    const of = query.of ?? (leads(caller) ? 'everyone' : 'me')
    if (of === 'everyone' && !leads(caller))
      throw new Refused('forbidden', 'task.not-yours', 'Everyone’s tasks are for supervisors.', {
        field: 'of',
      })
    const owner = of === 'everyone' ? {} : { owner: of === 'me' ? caller.id : NOBODY }
    const kind = query.kind === undefined ? {} : { kind: query.kind }
    const { items, next } = await this.views.rows(
      tasksView,
      taskList({ state: query.state, ...owner, ...kind }),
      page,
    )
    return { items: items.flatMap((row) => (row.is === 'task' ? [row] : [])), next }
  }

  async read(taskId: string, caller: Caller): Promise<TaskRow> {
    await this.#visible(taskId, caller)
    const row = await this.views.row(tasksView, taskId)
    if (row?.is !== 'task') throw unknownTask()
    return row
  }

  /** Decides again, of every time this task was raised, whether it had to be, and compares. */
  async derive(taskId: string, caller: Caller) {
    await this.#visible(taskId, caller)
    const told = await this.store.readStream({ stream: tasks.name, id: taskId })
    const log: LogReader = {
      readStream: (target) => this.store.readStream(target),
      readJourney: (journeyId, options) => this.store.readJourney(journeyId, options),
      readAll: async (options) => {
        // A cause may stand far back, and requests are answered in between.
        await this.timers.sleep(0)
        return this.store.readAll(options)
      },
    }
    const audit = flagsAudit({ log, ids: this.ids })
    return Promise.all(
      told.filter(isFlagged).map(async (event) => ({ event, derived: await audit.derive(event) })),
    )
  }

  async articleOf(task: TaskRow): Promise<ArticleRow | undefined> {
    const row = task.articleId === undefined ? undefined : await this.views.row(articlesView, task.articleId)
    return row?.is === 'article' ? row : undefined
  }

  /** Readings of the version a task is about, oldest first: all, those a contact followed, those with words. */
  async readings(
    task: TaskRow,
    of: 'version' | 'failed' | 'said',
    page: PageRequest,
  ): Promise<Page<ReadingRow>> {
    if (task.kind === 'gap' || task.articleId === undefined || task.version === undefined)
      return { items: [], next: null }
    const list = `${of}:${versionKey(task.articleId, task.version)}`
    const { items, next } = await this.views.rows(readingsView, list, page)
    return { items: items.flatMap((row) => (row.is === 'reading' ? [row] : [])), next }
  }

  // A task of somebody else is as unknown as none at all.
  async #visible(taskId: string, caller: Caller) {
    const { state } = await this.store.load(tasks, taskId)
    if (state.status === 'none') throw unknownTask()
    if (leads(caller) || state.about.kind === 'gap') return state
    const article = await this.store.load(articles, state.about.articleId)
    const owner = article.state.status === 'none' ? undefined : article.state.ownerId
    if (owner !== undefined && owner !== caller.id) throw unknownTask()
    return state
  }

  #flag(
    articleId: string,
    article: Exclude<ArticleState, { readonly status: 'none' }>,
    why: FlagReason,
    command: Command,
  ) {
    const { taskId, decision } = flagOf(this.ids, article, { articleId, why })
    return this.store.transact(tasks, taskId, decision, ofNoJourney(command))
  }
}

function leads(caller: Caller): boolean {
  return has(caller, 'supervisor', 'administrator')
}

// A task outlives the journeys that led to it. Under their customers' keys its events would lose their order.
function ofNoJourney({
  id,
  actor,
  causationId,
  traceparent,
  occurredAt,
  fingerprint,
  ifVersion,
}: Command): Command {
  return {
    id,
    actor,
    ...(causationId !== undefined && { causationId }),
    ...(traceparent !== undefined && { traceparent }),
    ...(occurredAt !== undefined && { occurredAt }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(ifVersion !== undefined && { ifVersion }),
  }
}
