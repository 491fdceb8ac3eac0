import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventOf, Fit } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import { EventStore, reactionTo } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { articles } from './article.js'
import type { ArticleEvent } from './article.js'
import { articlesView } from './article.view.js'
import type { ArticleRow } from './article.view.js'
import { Catalogue } from './catalogue.js'
import { covers } from './fit.js'
import { failedBy } from './flag.js'
import { countAsNoHelp, readings } from './reading.js'
import { TasksService } from './task.service.js'

const GROUP = { group: 'knowledge' }

/** Closes the loop: read, contacted all the same, flagged to the owner, changed, measured anew (C17). */
@Controller()
export class KnowledgeReactions {
  constructor(
    private readonly store: EventStore,
    private readonly tasks: TasksService,
    private readonly catalogue: Catalogue,
  ) {}

  @EventPattern('throughline.ContactRequested.v1', GROUP)
  async askWhyItDidNotHelp(
    @Payload() event: RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>,
  ): Promise<void> {
    // A contact taken over from another system met that system's articles, not these.
    if (event.data.origin !== undefined) return
    await this.#countReadings(event)
    await this.#lookForGap(event)
  }

  @EventPattern('throughline.ArticlePublished.v1', GROUP)
  async closeGaps(
    @Payload() event: RecordedEvent<EventOf<'throughline.ArticlePublished.v1'>>,
  ): Promise<void> {
    const { articleId, version, fits } = event.data
    await this.tasks.settleGaps({ articleId, version, fits, state: 'live' }, reactionTo(event, 'knowledge'))
  }

  @EventPattern('throughline.ArticleRevised.v1', GROUP)
  async closeTaskOfOldVersion(
    @Payload() event: RecordedEvent<EventOf<'throughline.ArticleRevised.v1'>>,
  ): Promise<void> {
    const { articleId, version, fits, why } = event.data
    const command = reactionTo(event, 'knowledge')
    await this.tasks.settle(articleId, version - 1, 'revised', why, command)
    await this.tasks.settleGaps({ articleId, version, fits, state: 'live' }, command)
  }

  @EventPattern('throughline.ArticleRetired.v1', GROUP)
  async closeTaskOfRetired(
    @Payload() event: RecordedEvent<EventOf<'throughline.ArticleRetired.v1'>>,
  ): Promise<void> {
    const { articleId, why } = event.data
    const { state } = await this.store.load(articles, articleId)
    if (state.status === 'none') return
    await this.tasks.settle(articleId, state.version, 'retired', why, reactionTo(event, 'knowledge'))
  }

  // From the record of the journey up to this moment and not from a view: a reading a second before the contact counts.
  async #countReadings(event: RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>): Promise<void> {
    const { contactId, journeyId } = event.data
    const told = await this.store.readJourney(journeyId, { upTo: event.position })
    const ids = new Set(told.filter(({ stream }) => stream === readings.name).map(({ streamId }) => streamId))
    const command = { ...reactionTo(event, 'knowledge'), journeyId }
    for (const id of ids) {
      const { state } = await this.store.transact(readings, id, countAsNoHelp({ contactId }), command)
      const failed = failedBy(contactId, state)
      if (failed !== undefined)
        await this.tasks.flag(failed.articleId, failed.version, 'did-not-help', command)
    }
  }

  async #lookForGap(event: RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>): Promise<void> {
    const { contactId, item, reason } = event.data
    if (item === undefined || reason === undefined) return
    const need = {
      thing: item.kind,
      reason: reason.code,
      ...(reason.detail !== undefined && { detail: reason.detail }),
    }
    // Heard again much later, it is still about what was written when she asked.
    for (const row of await this.catalogue.articles()) {
      const fits = row.state === 'live' ? row.fits : []
      if ([...fits, ...(await this.#fitsThen(row, event.position))].some((fit) => covers(fit, need))) return
    }
    await this.tasks.findGap({ ...need, contactId }, reactionTo(event, 'knowledge'))
  }

  /** What an article that changed after a position fitted then; nothing for one that did not. */
  async #fitsThen({ articleId, position }: ArticleRow, at: number): Promise<readonly Fit[]> {
    if (position <= at) return []
    const told = await this.store.readStream({ stream: articles.name, id: articleId })
    const then = fold(articles, told.filter((each) => each.position <= at).filter(isArticleEvent))
    return then.status === 'live' ? then.content.fits : []
  }
}

function isArticleEvent(event: RecordedEvent): event is RecordedEvent<ArticleEvent> {
  return articlesView.on.some((type) => type === event.type)
}
