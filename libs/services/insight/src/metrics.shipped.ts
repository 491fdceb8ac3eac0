import type { IssueWindow } from './issue.js'
import { HEARD } from './metric.facts.js'
import { parseMetric } from './metric.js'
import type { MetricDefinition } from './metric.js'
import { DAY } from '@throughline/kernel'

/** Another contact about the same thing and reason belongs to the same issue for a week; about a bill, 45 days. */
export const ISSUE_WINDOW: IssueWindow = { default: 7 * DAY, reasons: { bill: 45 * DAY, billing: 45 * DAY } }

const WEEK = { default: '7d', bill: '45d', billing: '45d' }
const BY_CONTACT = ['reason', 'thingKind', 'channel', 'segment']
const OURS = { id: 'imported', where: { origin: { known: true } } }
/** A hang-up that comes back within the hour is the same attempt, not another need. */
const SAME_ATTEMPT = {
  id: 'same-attempt',
  when: {
    event: ['ContactLeft', 'ContactEnded'],
    where: { answered: false },
    same: ['person', 'thing', 'reason'],
    other: ['contact'],
    side: 'before',
    within: '1h',
  },
}
const BY_CUSTOMER = { actor: ['customer', 'guest'] }
const ANSWER = { event: ['MessagePosted', 'ContactConnected'], where: { answers: true }, same: ['contact'] }
const OVER = { event: ['ContactLeft', 'ContactEnded'], same: ['contact'] }

const before = (event: readonly string[]) => ({
  event,
  where: BY_CUSTOMER,
  same: ['journey'],
  side: 'before',
})

const precededOnline = (depth: string, title: string, outcome: readonly object[]) => ({
  metric: `preceded-online-${depth}`,
  version: 1,
  title,
  unit: 'contact',
  start: { event: 'ContactRequested' },
  first: ['contact'],
  outcome,
  mature: '0s',
  exclude: [OURS],
  by: BY_CONTACT,
  estimate: { kind: 'share' },
  good: 'neither',
})

const repeatContact = (issue: 'issue' | 'issueWide', name: string, title: string) => ({
  metric: `repeat-contact-${name}`,
  version: 1,
  title,
  unit: 'contact',
  start: { event: 'ContactEnded', where: { answered: true } },
  first: ['contact'],
  outcome: [{ event: 'ContactRequested', same: ['person', issue], other: ['contact'], within: WEEK }],
  mature: WEEK,
  by: BY_CONTACT,
  estimate: { kind: 'share' },
  good: 'down',
})

const GIVEN = ['FeedbackGiven', 'FeedbackRevised']

const feedback = (metric: string, title: string, value: string) => ({
  metric,
  version: 1,
  title,
  unit: 'feedback',
  start: { event: GIVEN, where: { [value]: { known: true } } },
  first: ['feedback'],
  outcome: [{ fold: 'last', event: GIVEN, where: { [value]: { known: true } }, same: ['feedback'], value }],
  mature: '0s',
  by: BY_CONTACT,
  estimate: { kind: 'ordinal' },
  good: 'up',
})

const SHIPPED: readonly unknown[] = [
  {
    metric: 'contacts-by-reason',
    version: 1,
    title: 'Contacts asked for, by reason.',
    unit: 'contact',
    start: { event: 'ContactRequested' },
    first: ['contact'],
    mature: '0s',
    exclude: [SAME_ATTEMPT],
    by: ['reason', 'thingKind', 'channel', 'segment'],
    estimate: { kind: 'count' },
    good: 'neither',
  },
  precededOnline('looked', 'Of the contacts, those before which the customer had looked for help online.', [
    before(['JourneyStarted', 'ItemChosen', 'ReasonChosen', 'ArticleViewed']),
  ]),
  precededOnline(
    'chose',
    'Of the contacts, those before which the customer had chosen thing and reason online.',
    [before(['ItemChosen']), before(['ReasonChosen'])],
  ),
  precededOnline('read', 'Of the contacts, those before which the customer had read an article online.', [
    before(['ArticleViewed']),
  ]),
  {
    metric: 'article-contact-after-reading',
    version: 1,
    title:
      'Of the readings of this version (8 seconds or more), those after which the reader asked for a person within 48 hours.',
    unit: 'reading',
    start: { event: 'ArticleViewed', where: { dwell: { atLeast: 8 }, ...BY_CUSTOMER } },
    first: ['journey', 'article', 'articleVersion'],
    outcome: [{ event: 'ContactRequested', same: ['person', 'thing', 'reason'], within: '48h' }],
    mature: '48h',
    by: ['article', 'articleVersion', 'reason', 'thingKind'],
    estimate: { kind: 'cells' },
    good: 'down',
  },
  {
    metric: 'article-helped',
    version: 1,
    title: 'Of the readers of this version who said so, those it helped, as they last said.',
    unit: 'reading',
    start: { event: 'ArticleRated', where: BY_CUSTOMER },
    first: ['journey', 'article', 'articleVersion'],
    outcome: [
      {
        fold: 'last',
        event: 'ArticleRated',
        where: BY_CUSTOMER,
        same: ['journey', 'article', 'articleVersion'],
        value: 'helped',
      },
    ],
    mature: '0s',
    by: ['article', 'articleVersion', 'reason', 'thingKind'],
    estimate: { kind: 'share' },
    good: 'up',
  },
  repeatContact(
    'issue',
    'stated',
    'Of the answered contacts, those followed by another that case, customer or agent says is the same issue.',
  ),
  repeatContact(
    'issueWide',
    'wide',
    'Of the answered contacts, those followed by another that is stated, or by thing and reason seems, the same issue.',
  ),
  {
    metric: 'first-contact-resolution',
    version: 1,
    title:
      'Of the issues, those resolved by one contact: no further contact, no reopening, thing kept, customer not unhappy.',
    unit: 'issue',
    start: { event: 'ContactEnded', where: { answered: true } },
    first: ['issueWide'],
    outcome: [
      { event: 'ContactSummarised', where: { resolution: 'resolved' }, same: ['contact'], side: 'around' },
      {
        fold: 'none',
        event: 'ContactRequested',
        same: ['person', 'issueWide'],
        other: ['contact'],
        within: WEEK,
      },
      { fold: 'none', event: 'CaseReopened', same: ['issueWide'], within: WEEK },
      { fold: 'none', event: 'ItemWithdrawn', same: ['person', 'thing'], within: WEEK },
      {
        fold: 'none',
        event: ['FeedbackGiven', 'FeedbackRevised'],
        where: { satisfaction: { atMost: 2 } },
        same: ['issueWide'],
        within: WEEK,
      },
    ],
    mature: WEEK,
    by: BY_CONTACT,
    estimate: { kind: 'share' },
    good: 'up',
  },
  {
    metric: 'answer-time',
    version: 1,
    title: 'Seconds from asking for a contact to the first human words, or to the call being answered.',
    unit: 'contact',
    start: { event: 'ContactRequested' },
    first: ['contact'],
    outcome: [{ fold: 'duration', ...ANSWER }],
    mature: '7d',
    settledBy: OVER,
    exclude: [OURS],
    by: ['channel', 'hour', 'segment', 'reason'],
    estimate: { kind: 'quantile', quantiles: [0.5, 0.8, 0.9] },
    good: 'down',
  },
  {
    metric: 'presses-to-contact',
    version: 1,
    title: 'Presses from Need Help to asking for a contact.',
    unit: 'contact',
    start: { event: 'ContactRequested', where: { presses: { known: true } } },
    first: ['contact'],
    outcome: [{ fold: 'last', event: 'ContactRequested', same: ['contact'], within: '0s', value: 'presses' }],
    mature: '0s',
    by: BY_CONTACT,
    estimate: { kind: 'quantile', quantiles: [0.5, 0.9] },
    good: 'down',
  },
  feedback(
    'feedback-outcome',
    'How satisfied customers were with the outcome, as last said.',
    'satisfaction',
  ),
  feedback('feedback-feeling', 'How customers felt, as last said.', 'feeling'),
  {
    metric: 'feedback-response',
    version: 1,
    title: 'Of the answered contacts, those about which the customer gave feedback within a week.',
    unit: 'contact',
    start: { event: 'ContactEnded', where: { answered: true } },
    first: ['contact'],
    outcome: [{ event: 'FeedbackGiven', same: ['contact'], within: '7d' }],
    mature: '7d',
    by: BY_CONTACT,
    estimate: { kind: 'share' },
    good: 'up',
  },
  {
    metric: 'asked-again',
    version: 1,
    title: 'Per contact, how often somebody was asked for what the journey already held. The goal is none.',
    unit: 'contact',
    start: { event: 'ContactRequested' },
    first: ['contact'],
    outcome: [{ fold: 'count', event: 'FactAskedAgain', same: ['journey'], side: 'around' }],
    mature: '1d',
    exclude: [OURS],
    by: BY_CONTACT,
    estimate: { kind: 'mean' },
    good: 'down',
  },
  {
    metric: 'contacts-by-cause',
    version: 1,
    title: 'Contacts by the first cause that the person who helped found.',
    unit: 'contact',
    start: { event: 'ContactSummarised', where: { cause: { known: true } } },
    first: ['contact'],
    mature: '0s',
    by: ['cause', 'reason', 'thingKind', 'channel'],
    estimate: { kind: 'count' },
    good: 'down',
  },
  {
    metric: 'handle-time',
    version: 1,
    title: 'Seconds from the first answer to the end of a contact. Reported, never rewarded.',
    unit: 'contact',
    start: { event: 'ContactEnded', where: { handleSeconds: { known: true } } },
    first: ['contact'],
    outcome: [
      { fold: 'last', event: 'ContactEnded', same: ['contact'], within: '0s', value: 'handleSeconds' },
    ],
    mature: '0s',
    by: ['reason', 'thingKind', 'channel'],
    estimate: { kind: 'quantile', quantiles: [0.5, 0.9] },
    good: 'neither',
    target: 'forbidden',
  },
]

export const shippedMetrics: readonly MetricDefinition[] = SHIPPED.map((each) => parseMetric(each, HEARD))

export const CLAIMS = ['S1', 'S2', 'S3', 'S4', 'S5'] as const
export type Claim = (typeof CLAIMS)[number]

/** Definitions a claim can name and these events can measure: the others need voice menus and queues of their own. */
export function isClaim(name: string): name is Claim {
  return CLAIMS.some((each) => each === name)
}

/**
 * The measured share behind a promise "answered within `seconds`", by ROUTING section 7. Beside every claim stands S2,
 * answered in time of all who asked.
 */
export function answeredWithin(seconds: number, claim: Claim = 'S2'): MetricDefinition {
  const within = `${String(seconds)}s`
  const left = { ...OVER, where: { answered: false } }
  const exclude: Readonly<Record<Claim, readonly object[]>> = {
    S1: [{ id: 'never-answered', when: { ...ANSWER, fold: 'none' } }],
    S2: [],
    S3: [{ id: 'left-in-time', when: { ...left, within } }],
    S4: [],
    S5: [{ id: 'left-at-once', when: { ...left, within: '5s' } }],
  }
  // Asterisk's service level counts those who leave in time as served.
  const met =
    claim === 'S4'
      ? { event: [...ANSWER.event, 'ContactLeft'], where: { waitOver: true }, same: ANSWER.same }
      : ANSWER
  return parseMetric(
    {
      metric: `answered-within-${within}-${claim.toLowerCase()}`,
      version: 1,
      title: `Of the contacts, those answered within ${within}, as ${claim} counts them.`,
      unit: 'contact',
      start: { event: 'ContactRequested' },
      first: ['contact'],
      outcome: [{ ...met, within }],
      mature: within,
      exclude: [OURS, ...exclude[claim]],
      by: ['channel', 'hour', 'segment', 'reason'],
      estimate: { kind: 'share' },
      good: 'up',
    },
    HEARD,
  )
}
