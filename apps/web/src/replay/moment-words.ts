import type { TFunction } from 'i18next'
import type { JourneyMoment } from '../api/journey'
import { channelNoun, feelingWord, inSentence, satisfiedWord } from '../shared/journey-line'
import type { Format } from '../words/format'
import { kindOf, laneOf, textOf, valueOf } from './stops'
import type { Stop } from './stops'

export interface Speech {
  readonly t: TFunction<'replay'>
  readonly shared: TFunction
  readonly format: Format
  /** First name of a member of staff. */
  readonly staff: (id: string | undefined) => string | undefined
}

/** Those that a customer picks on our pages; the others she comes in by. */
const OURS: ReadonlySet<string> = new Set(['chat', 'phone', 'callback', 'message'])

/** A few words for the line: `Offered to Joel`. */
export function momentLabel(moment: JourneyMoment, { t, shared, staff }: Speech): string {
  const { data } = moment
  const name = staff(moment.agentId)
  const channel = inSentence(channelNoun(textOf(data, 'channel') ?? '', shared))
  switch (kindOf(moment)) {
    case 'JourneyStarted':
      return startedLabel(textOf(data, 'entrance'), t)
    case 'JourneyResumed':
      return t('does.comes-back')
    case 'JourneyClaimed':
      return t('does.signs-in')
    case 'JourneyEnded':
      return t('does.journey-over')
    case 'StageReached':
      return t('does.moves-on')
    case 'ItemChosen':
      return t('does.item')
    case 'ReasonChosen':
      return t('does.reason')
    case 'FactGiven':
      return t(textOf(data, 'source') === 'customer' ? 'does.fact' : 'does.fact-us')
    case 'FactAskedAgain':
      return t('does.asked-again')
    case 'ArticleViewed':
      return t('does.reads')
    case 'ArticleLeft':
      return t('does.left-guide')
    case 'ArticleRated':
      return t(valueOf(data, 'helped') === true ? 'does.helped' : 'does.did-not-help')
    case 'ArticleDidNotHelp':
      return t('does.contact-after')
    case 'ChannelsOffered':
      return t('does.sees-channels')
    case 'ImmediateChannelMissing':
      return t('does.missing')
    case 'ContactRequested':
      return t(OURS.has(textOf(data, 'channel') ?? '') ? 'does.chooses' : 'does.gets-in-touch', { channel })
    case 'LegOpened':
      return t('does.leg', { channel })
    case 'LegClosed':
      return t('does.leg-closed')
    case 'ContactQueued':
      return t('does.queued')
    case 'ContactRequeued':
      return t('does.queued-again')
    case 'RequirementRelaxed':
      return t('does.relaxed')
    case 'ContactOffered':
      return name === undefined ? t('does.offered-team') : t('does.offered', { name })
    case 'OfferDeclined':
      return name === undefined ? t('does.declined-team') : t('does.declined', { name })
    case 'OfferExpired':
      return t('does.lapsed')
    case 'OfferWithdrawn':
      return t('does.withdrawn')
    case 'ContactAssigned':
      return name === undefined ? t('does.answers-team') : t('does.answers', { name })
    case 'ContactConnected':
      return t('does.connected')
    case 'ContactLeftQueue':
      return t('does.left-queue')
    case 'WorkFinished':
      return t('does.finished')
    case 'MessagePosted':
      return wordsLabel(moment, name, t)
    case 'MessagesSeen':
      return t('does.seen')
    case 'MessageFailed':
      return t('does.failed')
    case 'ContactNoteAdded':
      return t('does.note')
    case 'ContactDropped':
      return t('does.dropped')
    case 'ContactResumed':
      return t('does.resumed')
    case 'ContactTransferred':
      return t('does.passed-on')
    case 'ContactEscalated':
      return t('does.escalated', { channel: inSentence(channelNoun(textOf(data, 'to') ?? '', shared)) })
    case 'ContactLinked':
      return t('does.linked')
    case 'ContactLeft':
      return t('does.left')
    case 'ContactEnded':
      return t('does.ended')
    case 'ContactSummarised':
      return t('does.summary')
    case 'ContactAddedToCase':
      return t('does.case-contact')
    case 'CallRang':
      return t('does.rang')
    case 'CallAnswered':
      return t('does.call-answered')
    case 'CallHeld':
      return t('does.held')
    case 'CallRetrieved':
      return t('does.retrieved')
    case 'CallEnded':
      return t('does.call-ended')
    case 'CallbackScheduled':
      return t('does.callback')
    case 'CallbackDue':
      return t('does.callback-due')
    case 'CallbackUnanswered':
      return t('does.callback-missed')
    case 'ContinuationIssued':
    case 'ContinuationUsed':
      return t('does.token')
    case 'CaseOpened':
      return t('does.case-opened')
    case 'CaseProgressed':
      return t('does.case-news')
    case 'CaseAssigned':
      return name === undefined ? t('does.case-assigned-team') : t('does.case-assigned', { name })
    case 'CasePromiseKept':
      return t('does.kept')
    case 'CasePromiseMissed':
      return t('does.missed')
    case 'CaseResolved':
      return t('does.resolved')
    case 'CaseReopened':
      return t('does.reopened')
    case 'FeedbackGiven':
      return t('does.feedback')
    case 'FeedbackRevised':
      return t('does.feedback-again')
    case 'FollowUpWished':
      return t('does.follow-up-wish')
    case 'FollowUpRequested':
    case 'FollowUpAssigned':
      return t('does.follow-up')
    case 'FollowUpDone':
      return t('does.follow-up-done')
    case 'FollowUpCancelled':
    case 'FollowUpWithdrawn':
      return t('does.follow-up-off')
    default:
      return t('does.other')
  }
}

function startedLabel(entrance: string | undefined, t: TFunction<'replay'>): string {
  switch (entrance) {
    case 'product-page':
      return t('does.started-product')
    case 'case':
      return t('does.started-case')
    case 'contact':
    case 'elsewhere':
      return t('does.started-contact')
    case 'outreach':
      return t('does.started-outreach')
    case undefined:
    default:
      return t('does.started')
  }
}

function wordsLabel(moment: JourneyMoment, name: string | undefined, t: TFunction<'replay'>): string {
  const { data } = moment
  const isSpoken = textOf(data, 'mode') === 'spoken'
  if (laneOf(moment) === 'customer') return t(isSpoken ? 'does.says' : 'does.writes')
  if (textOf(data, 'author') === 'system') return t('does.automatic')
  if (name === undefined) return t('does.writes-team')
  if (textOf(data, 'articleId') !== undefined) return t('does.guide-sent', { name })
  return t(isSpoken ? 'does.says-us' : 'does.writes-us', { name })
}

/** What it says, as far as it is words: the reason, the message, the note; undefined for what has none. */
export function momentDetail(
  { data, type }: JourneyMoment,
  { t, shared, format }: Speech,
): string | undefined {
  const quoted = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : `“${text}”`
  switch (kindOf({ type })) {
    case 'ItemChosen':
      return textOf(data, 'item', 'title')
    case 'ReasonChosen':
      return sentence(textOf(data, 'reason', 'label'), textOf(data, 'reason', 'detailLabel'))
    case 'FactGiven':
      return t('later.fact', { label: textOf(data, 'label') ?? '', value: textOf(data, 'value') ?? '' })
    case 'ArticleViewed':
    case 'ArticleRated':
    case 'ArticleLeft':
      return textOf(data, 'title')
    case 'ChannelsOffered': {
      const channels = valueOf(data, 'channels')
      const offered = (Array.isArray(channels) ? (channels as readonly unknown[]) : [])
        .filter((each) => valueOf(each, 'offered') === true)
        .map((each) => inSentence(channelNoun(textOf(each, 'channel') ?? '', shared)))
      return offered.length === 0 ? undefined : format.list(offered)
    }
    case 'ContactRequested':
      return quoted(textOf(data, 'words'))
    case 'MessagePosted':
      return quoted(textOf(data, 'text'))
    case 'ContactNoteAdded':
      return textOf(data, 'text')
    case 'ContactSummarised':
      return sentence(textOf(data, 'subject'), textOf(data, 'words'))
    case 'ContactTransferred':
    case 'OfferDeclined':
    case 'CaseReopened':
      return textOf(data, 'why')
    case 'CaseOpened':
      return textOf(data, 'subject')
    case 'CaseProgressed':
      return textOf(data, 'note')
    case 'CasePromiseKept':
    case 'CasePromiseMissed':
    case 'FollowUpRequested':
      return textOf(data, 'what')
    case 'CaseResolved':
      return textOf(data, 'words')
    case 'FeedbackGiven':
    case 'FeedbackRevised':
      return feedbackWords(data, shared)
    default:
      return undefined
  }
}

export function feedbackWords(data: unknown, shared: TFunction): string {
  const outcome = textOf(data, 'outcome')
  const feeling = textOf(data, 'feeling')
  const comment = textOf(data, 'comment')
  return [
    [
      ...(outcome === undefined ? [] : [satisfiedWord(outcome, shared)]),
      ...(feeling === undefined ? [] : [feelingWord(feeling, shared)]),
    ].join(', '),
    ...(comment === undefined || comment === '' ? [] : [`“${comment}”`]),
  ]
    .filter((part) => part !== '')
    .join('. ')
}

function sentence(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined && part !== '')
  return said.length === 0 ? undefined : said.join(', ')
}

/** `Fri 20 Nov, 14:20:31, offered to Joel` */
export function momentValue(stop: Stop, speech: Speech): string {
  const { t, format, staff } = speech
  const label = momentLabel(stop.moment, speech)
  const name = staff(stop.moment.agentId)
  const what = name !== undefined && label.startsWith(name) ? label : inSentence(label)
  return t('slider.value', { date: format.date(stop.at), time: format.exactTime(stop.at), what })
}
