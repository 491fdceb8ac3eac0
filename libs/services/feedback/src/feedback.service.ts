import { Injectable } from '@nestjs/common'
import type {
  Channel,
  EventOf,
  FeedbackEvent,
  FeedbackSubject,
  Feeling,
  Outcome,
} from '@throughline/contracts'
import { Clock, DAY, Ids, Refused, toInstant } from '@throughline/kernel'
import { EventStore, has, isLink, ownerOf, pageOf, sealCursor, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page, PageRequest, RecordedEvent, Transacted } from '@throughline/ports'
import { feedback, giveFeedback, reviseFeedback, unknownFeedback } from './feedback.js'
import type { FeedbackState } from './feedback.js'
import { feedbackView, versionOf } from './feedback.view.js'
import type { FeedbackRow, FeedbackVersion } from './feedback.view.js'
import { subjectKey, subjectsView } from './subject.view.js'
import type { SubjectRow } from './subject.view.js'

interface Said {
  readonly outcome?: Outcome
  readonly feeling?: Feeling
  readonly comment?: string
}

export interface Gives extends Said {
  readonly about: Pick<FeedbackSubject, 'kind' | 'id' | 'title' | 'channel'>
  readonly followUp: boolean
  readonly customerId?: string
  readonly origin?: string
  readonly occurredAt?: string
}

export interface Revises extends Said {
  readonly followUp?: boolean
}

export interface FeedbackQuery extends Said {
  readonly contactId?: string
  readonly caseId?: string
  readonly aboutId?: string
  readonly customerId?: string
  readonly kind?: string
  readonly channel?: Channel
  readonly reason?: string
  readonly from?: string
  readonly until?: string
  readonly limit?: number
  readonly after?: string
}

type Told = Promise<Transacted<FeedbackState, FeedbackEvent>>

/** How long after its end feedback about something is asked for. It can be given at any time. */
const ASKED_FOR = 30 * DAY
/** Pages of 500 a filtered list looks through before it answers with what it has. */
const MOST_PAGES = 10

const ofTeam = (caller: Caller): boolean => has(caller, 'agent', 'supervisor', 'analyst')

@Injectable()
export class FeedbackService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** One living record for a customer and a subject; what has neither id nor title is never the same again. */
  async give(wish: Gives, command: Command, caller: Caller): Told {
    const imported = this.#checkImport(wish, caller)
    const customerId = await this.#owner(wish.customerId ?? caller.id)
    const subject = await this.#subject(wish.about, customerId, imported)
    const { kind, id, title } = wish.about
    const which = id ?? title?.trim().toLowerCase() ?? command.id
    const feedbackId = this.ids.derive('feedback', subject?.first ?? customerId, kind, which)
    const { outcome, feeling, comment, followUp, origin, occurredAt } = wish
    const decision = giveFeedback({
      feedbackId,
      customerId,
      about: subject ? aboutSubject(kind, subject) : wish.about,
      ...said({ outcome, feeling, comment }),
      followUp,
      ...(origin !== undefined && { origin }),
    })
    return this.store.transact(feedback, feedbackId, decision, {
      ...command,
      customerId,
      ...(subject?.journeyId !== undefined && { journeyId: subject.journeyId }),
      ...(occurredAt !== undefined && { occurredAt }),
    })
  }

  async revise(id: string, wish: Revises, command: Command, caller: Caller): Told {
    const { state } = await this.store.load(feedback, id)
    if (state.status === 'none') throw unknownFeedback()
    const customerId = await this.#owner(caller.id)
    if ((await this.#owner(state.said.customerId)) !== customerId) throw unknownFeedback()
    const { about } = state.said
    const subject =
      about.id === undefined
        ? undefined
        : await this.views.row(subjectsView, subjectKey(about.kind, about.id))
    const journeyId = subject && !isLink(subject) ? subject.journeyId : undefined
    return this.store.transact(feedback, id, reviseFeedback({ customerId, ...wish }), {
      ...command,
      customerId,
      ...(journeyId !== undefined && { journeyId }),
    })
  }

  /** @throws Refused `feedback.unknown` */
  async find(id: string, caller: Caller): Promise<FeedbackRow> {
    const row = await this.views.row(feedbackView, id)
    if (!row || isLink(row)) throw unknownFeedback()
    if (!ofTeam(caller) && row.customerId !== (await this.#owner(caller.id))) throw unknownFeedback()
    return row
  }

  /** Own feedback, newest change first; for the team of one contact, case or customer, else all from the first given. */
  async list(query: FeedbackQuery, caller: Caller): Promise<Page<FeedbackRow>> {
    const page = { ...pageOf(query), descending: true }
    const about = aboutOf(query)
    if (about !== undefined) return this.#about(about, page, caller)
    const list = await this.#listOf(query, caller)
    if (list === undefined) return this.#filtered(query, query.limit ?? 50)
    const { items, next } = await this.views.rows(feedbackView, list, page)
    return { items: items.flatMap((row) => (isLink(row) ? [] : [row])), next }
  }

  /** Every version up to one, as the stream has them: an answer must not wait for a view. */
  async versions(id: string, upTo: number): Promise<readonly FeedbackVersion[]> {
    const events = await this.store.readStream({ stream: feedback.name, id })
    return events
      .filter(isSaid)
      .flatMap(({ data, occurredAt }) => (data.version > upTo ? [] : [versionOf(data, occurredAt)]))
  }

  /** What was said about one thing; of others' there is nothing, as of what nobody knows. */
  async #about(list: string, page: PageRequest, caller: Caller): Promise<Page<FeedbackRow>> {
    const { items, next } = await this.views.rows(feedbackView, list, page)
    const owner = ofTeam(caller) ? undefined : await this.#owner(caller.id)
    const rows = items.flatMap((row) =>
      isLink(row) || (owner !== undefined && row.customerId !== owner) ? [] : [row],
    )
    return { items: rows, next }
  }

  /** What the caller was in contact about lately and said nothing about (C24). */
  async open(query: Pick<FeedbackQuery, 'limit' | 'after'>, caller: Caller): Promise<Page<SubjectRow>> {
    const since = toInstant(this.clock.now() - ASKED_FOR)
    const page = { ...pageOf(query), descending: true }
    const list = `open:${await this.#owner(caller.id)}`
    const { items, next } = await this.views.rows(subjectsView, list, page)
    const recent = items.flatMap((row) => (isLink(row) || (row.endedAt ?? '') < since ? [] : [row]))
    return { items: recent, next: recent.length < items.length ? null : next }
  }

  #owner(id: string): Promise<string> {
    return ownerOf(id, (key) => this.views.row(feedbackView, key))
  }

  #checkImport(wish: Gives, caller: Caller): boolean {
    const imported = has(caller, 'importer')
    const only = { customerId: wish.customerId, origin: wish.origin, occurredAt: wish.occurredAt }
    for (const [field, value] of [...Object.entries(only), ['about.channel', wish.about.channel]] as const) {
      if (!imported && value !== undefined) {
        throw new Refused('invalid', 'feedback.import-only', `${field} is told by imports only.`, { field })
      }
      if (imported && value === undefined && field !== 'about.channel') {
        throw new Refused('invalid', 'feedback.import-incomplete', `An import has to tell ${field}.`, {
          field,
        })
      }
    }
    if (wish.occurredAt !== undefined && wish.occurredAt > this.clock.instant()) {
      throw new Refused('unprocessable', 'feedback.not-yet', 'It lies in the future.', {
        field: 'occurredAt',
      })
    }
    return imported
  }

  /** What it is about, when that is the customer's. An import may be about what we never heard of. */
  async #subject(
    { kind, id }: Gives['about'],
    customerId: string,
    imported: boolean,
  ): Promise<SubjectRow | undefined> {
    if (id === undefined) {
      if (imported || (kind !== 'contact' && kind !== 'case')) return undefined
      throw new Refused('invalid', 'feedback.about-which', `Say which ${kind} it is about.`, {
        field: 'about.id',
      })
    }
    const row = await this.views.row(subjectsView, subjectKey(kind, id))
    if (row && !isLink(row) && row.customerId === customerId) return row
    if (imported) return undefined
    throw new Refused('not-found', 'feedback.subject-unknown', `There is no such ${kind}.`, {
      field: 'about.id',
    })
  }

  async #listOf(query: FeedbackQuery, caller: Caller): Promise<string | undefined> {
    if (!ofTeam(caller)) return `customer:${await this.#owner(caller.id)}`
    if (query.customerId !== undefined) return `customer:${await this.#owner(query.customerId)}`
    if (has(caller, 'supervisor', 'analyst')) return undefined
    throw new Refused(
      'forbidden',
      'feedback.about-whom',
      'Agents read the feedback about one contact, case or customer.',
      {
        todo: 'Tell contactId, caseId or customerId.',
      },
    )
  }

  async #filtered(query: FeedbackQuery, limit: number): Promise<Page<FeedbackRow>> {
    const { from, until } = query
    const found: FeedbackRow[] = []
    let after = query.after ?? (from === undefined ? undefined : sealCursor({ sort: from, key: '' }))
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await this.views.rows(feedbackView, 'all', {
        limit: 500,
        ...(after !== undefined && { after }),
      })
      for (const row of page.items) {
        if (isLink(row)) continue
        if (until !== undefined && row.givenAt >= until) return { items: found, next: null }
        if (!matches(row, query)) continue
        found.push(row)
        if (found.length === limit) {
          return { items: found, next: sealCursor({ sort: row.givenAt, key: row.feedbackId }) }
        }
      }
      if (page.next === null) return { items: found, next: null }
      after = page.next
    }
    return { items: found, next: after ?? null }
  }
}

/** The list of what was said about the one thing a query names, if it names one. */
export function aboutOf({ contactId, caseId, kind, aboutId }: FeedbackQuery): string | undefined {
  if (contactId !== undefined) return `contact:${contactId}`
  if (caseId !== undefined) return `case:${caseId}`
  if (aboutId === undefined) return undefined
  if (kind !== undefined) return `${kind}:${aboutId}`
  throw new Refused('invalid', 'feedback.about-which', 'Say which kind of thing it is about.', {
    field: 'kind',
  })
}

type Saying = EventOf<'throughline.FeedbackGiven.v1' | 'throughline.FeedbackRevised.v1'>

// What stands in the log was checked against its contract before.
function isSaid(event: RecordedEvent): event is RecordedEvent<Saying> {
  return event.type === 'throughline.FeedbackGiven.v1' || event.type === 'throughline.FeedbackRevised.v1'
}

function said({
  outcome,
  feeling,
  comment,
}: { readonly [Field in keyof Said]: Said[Field] | undefined }): Said {
  return {
    ...(outcome !== undefined && { outcome }),
    ...(feeling !== undefined && { feeling }),
    ...(comment !== undefined && { comment }),
  }
}

function aboutSubject(kind: FeedbackSubject['kind'], subject: SubjectRow): FeedbackSubject {
  const { id, title, channel, item, reason } = subject
  return {
    kind,
    id,
    ...(title !== undefined && { title }),
    ...(channel !== undefined && { channel }),
    ...(item !== undefined && { item }),
    ...(reason !== undefined && { reason }),
  }
}

function matches(row: FeedbackRow, { kind, channel, reason, outcome, feeling }: FeedbackQuery): boolean {
  const now = row.versions.at(-1)
  return (
    (kind === undefined || row.about.kind === kind) &&
    (channel === undefined || row.about.channel === channel) &&
    (reason === undefined || row.about.reason?.code === reason) &&
    (outcome === undefined || now?.outcome === outcome) &&
    (feeling === undefined || now?.feeling === feeling)
  )
}
