import type { TFunction } from 'i18next'
import type { ContactKnown, EarlierContact, JourneyContext, JourneyMoment } from '../api/journey'
import type { Format } from '../words/format'
import { reasonWords } from './journey-facts'
import type { Viewer } from './journey-facts'
import type { LineMoment, Mark } from './line'
import { CHANNELS } from './channels'

/** A moment of the line with its time, so that it can be put among others. */
export interface TimedMoment extends LineMoment {
  readonly at: string
}

export interface LineOf {
  readonly viewer: Viewer
  readonly t: TFunction
  readonly format: Format
  /** Names of staff by id (`useNames`). */
  readonly name?: (id: string | undefined) => string | undefined
  /** The member of staff who looks. */
  readonly me?: string
  /** For the times that the context does not hold. */
  readonly events?: readonly JourneyMoment[]
  /** At most so many, newest first. */
  readonly most?: number
}

const DAY = 86_400_000
const SILENCE = DAY
const FEELINGS = ['upset', 'frustrated', 'unsure', 'at-ease', 'cared-for'] as const
const SATISFIED = ['not-at-all', 'a-little', 'partly', 'mostly', 'fully'] as const

/** `At ease`; the code itself where it is none of ours. */
export function feelingWord(feeling: string, t: TFunction): string {
  const known = FEELINGS.find((each) => each === feeling)
  return known === undefined ? feeling : t(`feeling.${known}`)
}

/** `Mostly`; the code itself where it is none of ours. */
export function satisfiedWord(outcome: string, t: TFunction): string {
  const known = SATISFIED.find((each) => each === outcome)
  return known === undefined ? outcome : t(`satisfied.${known}`)
}

/** `Chat`; the code itself where it is none of ours. */
export function channelWord(channel: string, t: TFunction): string {
  const known = CHANNELS.find((each) => each === channel)
  return known === undefined ? channel : t(`channel.${known}`)
}

/** `Callback`: what happened, where `channelWord` says what is offered. */
export function channelNoun(channel: string, t: TFunction): string {
  const known = CHANNELS.find((each) => each === channel)
  return known === undefined ? channel : t(`channel-noun.${known}`)
}

/** Staff ids that the line names. */
export function peopleOf(context: JourneyContext): readonly (string | undefined)[] {
  return [
    ...context.contacts.map(({ assigned }) => assigned?.agentId),
    ...context.earlier.contacts.map(({ agentId }) => agentId),
  ]
}

/** The line of a journey and of what came before it, newest first, from what is known. */
export function lineOf(context: JourneyContext, options: LineOf): readonly TimedMoment[] {
  const { t, format, events = [] } = options
  const moments: TimedMoment[] = []
  const put = (id: string, at: string, mark: Mark, label: string, more: Partial<TimedMoment> = {}): void => {
    moments.push({ id, at, mark, label, when: format.brief(at), ...more })
  }
  const eventOf = (type: string): string | undefined =>
    events.findLast((each) => each.type === `throughline.${type}.v1`)?.occurredAt

  const reasonAt = eventOf('ReasonChosen')
  if (context.reason !== undefined) {
    const label = t('moment.reason', { reason: context.reason.detailLabel ?? context.reason.label })
    // Chosen in the first minute of the journey; its own moment is not in the context.
    put(
      'reason',
      reasonAt ?? context.startedAt,
      'customer',
      label,
      reasonAt === undefined ? { when: '' } : {},
    )
  } else if (context.item !== undefined) {
    const at = eventOf('ItemChosen') ?? context.startedAt
    put('item', at, 'customer', t('moment.item', { thing: context.item.title }))
  }
  for (const { id, at, title, helped } of context.readings) {
    const how = helped === undefined ? 'read' : helped ? 'helped' : 'did-not-help'
    put(`reading:${id}`, at, 'article', t(`moment.article.${how}`), { detail: title })
  }
  for (const contact of context.contacts) moments.push(...ofContact(contact, context, options))
  for (const known of context.cases) {
    for (const [index, { at, what, words, visible }] of known.steps.entries()) {
      if ((what !== 'progress' && what !== 'resolved' && what !== 'reopened') || !visible) continue
      const more = words === undefined ? {} : { detail: words }
      put(`case:${known.id}:${String(index)}`, at, 'us', t(`moment.case.${what}`), more)
    }
  }
  for (const [index, { what, by, state }] of context.promises.entries()) {
    const label = state === 'kept' ? t('moment.promise-kept', { what }) : what
    put(`promise:${String(index)}`, by, state === 'kept' ? 'us' : 'promise', label, {
      when: format.moment(by),
      ...(state !== 'open' && { state }),
    })
  }
  for (const { id, at, about, outcome, feeling } of context.feedback) {
    // Said about a contact it stands beside that contact.
    if (about.kind === 'contact' && context.contacts.some((each) => each.id === about.id)) continue
    const said = [outcome && satisfiedWord(outcome, t), feeling && feelingWord(feeling, t)].filter(Boolean)
    put(`feedback:${id}`, at, 'customer', t('moment.feedback', { said: said.join(', ') }))
  }
  for (const contact of context.earlier.contacts) moments.push(ofEarlier(contact, options))
  return inLine(moments, options.most)
}

function ofContact(contact: ContactKnown, context: JourneyContext, options: LineOf): readonly TimedMoment[] {
  const { t, format, viewer, me, name = () => undefined } = options
  const { id, channel = 'message', requestedAt, connectedAt, endedAt, status, assigned } = contact
  if (requestedAt === undefined) return []
  const moments: TimedMoment[] = []
  const asked = context.channels.find((each) => each.id === contact.decisionId)
  const first = contact.legs[0]?.channel ?? channel
  const others = (asked?.channels ?? [])
    .filter((each) => each.offered && each.channel !== first)
    .map((each) => inSentence(channelNoun(each.channel, t)))
  moments.push({
    id: `asked:${id}`,
    at: requestedAt,
    mark: 'customer',
    label:
      others.length === 0
        ? t('moment.asked', { channel: inSentence(channelNoun(first, t)) })
        : t('moment.asked-over', {
            channel: inSentence(channelNoun(first, t)),
            others: format.list(others),
          }),
    when: format.brief(requestedAt),
  })
  const over = status === 'ended' || status === 'left'
  const agent = name(assigned?.agentId)
  const word = channelNoun(channel, t)
  const felt = context.feedback.findLast(({ about }) => about.kind === 'contact' && about.id === id)?.feeling
  const detail = [
    contact.summary?.subject,
    felt !== undefined ? t('moment.felt', { feeling: inSentence(feelingWord(felt, t)) }) : undefined,
  ].filter((each) => each !== undefined)
  const at = connectedAt ?? assigned?.at ?? requestedAt
  const mine = assigned !== undefined && assigned.agentId === me
  const withWhom =
    viewer === 'staff' && mine
      ? t('moment.with-you', { channel: word })
      : agent === undefined
        ? word
        : t('moment.with', { channel: word, name: agent })
  if (over) {
    moments.push({
      id: `contact:${id}`,
      at: endedAt ?? at,
      mark: 'us',
      label: status === 'left' ? t('moment.left') : withWhom,
      when: format.brief(endedAt ?? at),
      ...(detail.length > 0 && { detail: detail.join('. ') }),
    })
  } else {
    const waiting = connectedAt === undefined && assigned === undefined
    const forYou =
      viewer === 'staff' && contact.offers.some((each) => each.outcome === 'open' && each.agentId === me)
    moments.push({
      id: `contact:${id}`,
      at: context.asOf > at ? context.asOf : at,
      mark: 'now',
      label: waiting ? t(forYou ? 'moment.waiting-for-you' : 'moment.waiting') : withWhom,
      when: t('time.now'),
    })
  }
  return moments
}

function ofEarlier(
  contact: EarlierContact,
  { t, format, viewer, me, name = () => undefined }: LineOf,
): TimedMoment {
  const agent = name(contact.agentId)
  const word = channelNoun(contact.channel ?? 'message', t)
  const detail = [
    contact.subject ?? (contact.reason && reasonWords(contact.reason)),
    contact.feeling === undefined
      ? undefined
      : t('moment.felt', { feeling: inSentence(feelingWord(contact.feeling, t)) }),
  ].filter((each) => each !== undefined)
  return {
    id: `earlier:${contact.id}`,
    at: contact.at,
    mark: 'customer',
    label:
      viewer === 'staff' && me !== undefined && contact.agentId === me
        ? t('moment.with-you', { channel: word })
        : agent === undefined
          ? word
          : t('moment.with', { channel: word, name: agent }),
    when: format.brief(contact.at),
    ...(detail.length > 0 && { detail: detail.map(ended).join(' ') }),
  }
}

function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** `Chat` within a sentence; `E-mail` becomes `e-mail`, `We call you` becomes `we call you`. */
export function inSentence(word: string): string {
  return word.charAt(0).toLocaleLowerCase() + word.slice(1)
}

/** Newest first; long silence is dotted. */
export function inLine(moments: readonly TimedMoment[], most = Infinity): readonly TimedMoment[] {
  const order = moments
    .map((moment, index) => ({ moment, index, time: Date.parse(moment.at) }))
    .sort((a, b) => b.time - a.time || b.index - a.index)
    .slice(0, most)
  return order.map(({ moment, time }, index) => {
    const older = order[index + 1]
    const silent = older !== undefined && time - older.time > SILENCE
    return silent || moment.mark === 'promise' ? { ...moment, dotted: true } : moment
  })
}

/** Which moments of the log a line of words shows; the rest is how the organisation finds somebody. */
const SHOWN: Readonly<Record<string, { readonly mark: Mark; readonly key: ShownKey }>> = {
  JourneyStarted: { mark: 'customer', key: 'started' },
  ItemChosen: { mark: 'customer', key: 'item' },
  ReasonChosen: { mark: 'customer', key: 'reason' },
  FactGiven: { mark: 'customer', key: 'fact' },
  ArticleViewed: { mark: 'article', key: 'article.read' },
  ArticleRated: { mark: 'article', key: 'article.rated' },
  ContactRequested: { mark: 'customer', key: 'asked' },
  ContactOffered: { mark: 'us', key: 'offered' },
  ContactAssigned: { mark: 'us', key: 'taken' },
  ContactConnected: { mark: 'us', key: 'answered' },
  ContactDropped: { mark: 'customer', key: 'dropped' },
  ContactResumed: { mark: 'customer', key: 'resumed' },
  ContactTransferred: { mark: 'us', key: 'passed-on' },
  ContactLeft: { mark: 'customer', key: 'left' },
  ContactEnded: { mark: 'us', key: 'ended' },
  ContactSummarised: { mark: 'us', key: 'summarised' },
  CaseOpened: { mark: 'us', key: 'case.opened' },
  CaseProgressed: { mark: 'us', key: 'case.progress' },
  CasePromiseKept: { mark: 'us', key: 'case.kept' },
  CasePromiseMissed: { mark: 'us', key: 'case.missed' },
  CaseResolved: { mark: 'us', key: 'case.resolved' },
  CaseReopened: { mark: 'customer', key: 'case.reopened' },
  FeedbackGiven: { mark: 'customer', key: 'feedback' },
  FeedbackRevised: { mark: 'customer', key: 'feedback' },
}
type ShownKey =
  | 'started'
  | 'item'
  | 'reason'
  | 'fact'
  | 'article.read'
  | 'article.rated'
  | 'asked'
  | 'offered'
  | 'taken'
  | 'answered'
  | 'dropped'
  | 'resumed'
  | 'passed-on'
  | 'left'
  | 'ended'
  | 'summarised'
  | 'case.opened'
  | 'case.progress'
  | 'case.kept'
  | 'case.missed'
  | 'case.resolved'
  | 'case.reopened'
  | 'feedback'

/** The line of what was recorded, in the order given; `undefined` for what no line of words shows. */
export function momentOf(moment: JourneyMoment, options: LineOf): TimedMoment | undefined {
  const { t, format, name = () => undefined } = options
  const shown = SHOWN[moment.type.split('.')[1] ?? '']
  if (shown === undefined) return undefined
  const of = { id: `log:${String(moment.position)}`, at: moment.occurredAt, mark: shown.mark }
  const when = format.brief(moment.occurredAt)
  const text = (...path: readonly string[]): string | undefined => textIn(moment.data, path)
  const who = name(moment.agentId) ?? ''
  const channel = inSentence(channelNoun(text('channel') ?? 'message', t))
  const told = (label: string, detail?: string): TimedMoment => ({
    ...of,
    when,
    label,
    ...(detail !== undefined && detail !== '' && { detail }),
  })
  switch (shown.key) {
    case 'started':
      return told(t('moment.started'))
    case 'item':
      return told(t('moment.item', { thing: text('item', 'title') ?? '' }))
    case 'reason':
      return told(
        t('moment.reason', { reason: text('reason', 'detailLabel') ?? text('reason', 'label') ?? '' }),
      )
    case 'fact':
      return told(t('moment.fact', { label: text('label') ?? '' }), text('value'))
    case 'article.read':
      return told(t('moment.article.read'), text('title'))
    case 'article.rated':
      return told(
        t(`moment.article.${moment.data.helped === true ? 'helped' : 'did-not-help'}`),
        text('title'),
      )
    case 'asked':
      return told(t('moment.asked', { channel }), text('words'))
    case 'offered':
    case 'taken':
      return told(who === '' ? t(`moment.${shown.key}`) : t(`moment.${shown.key}-by`, { name: who }))
    case 'answered':
      return told(who === '' ? t('moment.answered') : t('moment.answered-by', { name: who }))
    case 'dropped':
    case 'resumed':
    case 'left':
    case 'ended':
      return told(t(`moment.${shown.key}`))
    case 'passed-on':
      return told(t('moment.passed-on'), text('why'))
    case 'summarised':
      return told(text('subject') ?? t('moment.ended'), text('words'))
    case 'case.opened':
      return told(t('moment.case.opened'), text('subject'))
    case 'case.progress':
      return told(t('moment.case.progress'), text('note'))
    case 'case.kept':
      return { ...told(t('moment.promise-kept', { what: text('what') ?? '' })), state: 'kept' }
    case 'case.missed':
      return { ...told(text('what') ?? ''), state: 'missed' }
    case 'case.resolved':
      return told(t('moment.case.resolved'), text('words'))
    case 'case.reopened':
      return told(t('moment.case.reopened'), text('why'))
    case 'feedback': {
      const said = [
        text('outcome') === undefined ? undefined : satisfiedWord(text('outcome') ?? '', t),
        text('feeling') === undefined ? undefined : feelingWord(text('feeling') ?? '', t),
      ].filter((each) => each !== undefined)
      return told(t('moment.feedback', { said: said.join(', ') }), text('comment'))
    }
  }
}

function textIn(data: unknown, path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === name)?.[1]
        : undefined,
    data,
  )
  return typeof found === 'string' ? found : undefined
}
