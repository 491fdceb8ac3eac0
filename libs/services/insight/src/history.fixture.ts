import fc from 'fast-check'
import { HOUR } from '@throughline/kernel'
import { log } from './insight.fixture.js'
import type { Told } from './insight.fixture.js'

const one = (...of: readonly string[]) => fc.constantFrom(...of)
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })

/** Small worlds, so that people, journeys and contacts meet: nothing says that a journey has one customer. */
const told: fc.Arbitrary<Told> = fc
  .record({
    name: fc.oneof(
      {
        weight: 3,
        arbitrary: one(
          'ContactRequested',
          'ContactEnded',
          'ContactConnected',
          'ContactSummarised',
          'ArticleViewed',
        ),
      },
      {
        weight: 1,
        arbitrary: one(
          'JourneyStarted',
          'ItemChosen',
          'ReasonChosen',
          'MessagePosted',
          'ContactLeft',
          'CaseOpened',
        ),
      },
      {
        weight: 1,
        arbitrary: one(
          'ContactAddedToCase',
          'CaseReopened',
          'ItemWithdrawn',
          'ArticleLeft',
          'ArticleRated',
          'FeedbackGiven',
          'FeedbackRevised',
        ),
      },
      {
        weight: 1,
        arbitrary: one(
          'GuestRecognised',
          'CustomersMerged',
          'CustomersUnmerged',
          'JourneyClaimed',
          'NobodyAsks',
        ),
      },
    ),
    // Many events at the same moment; the log's order then decides.
    at: fc.integer({ min: 0, max: 60 }).map((n) => n * 8 * HOUR),
    customer: optional(one('anna', 'bert', 'cleo')),
    journey: optional(one('j1', 'j2', 'j3', 'j4')),
    actor: one('customer:x', 'guest:x', 'staff:s', 'system:import'),
    contact: one('c1', 'c2', 'c3', 'c4', 'c5'),
    thing: optional(one('oven', 'boiler')),
    reason: optional(one('leak', 'bill')),
    channel: optional(one('chat', 'phone')),
    other: one('anna', 'bert', 'cleo'),
    caseId: optional(one('k1', 'k2')),
    issue: optional(one('same', 'new')),
    dwell: fc.integer({ min: 6, max: 10 }),
    word: one('not-at-all', 'a-little', 'mostly', 'resolved'),
    feedback: one('f1', 'f2'),
    presses: optional(fc.nat(4)),
    origin: fc.option(fc.constant('cfpb'), { nil: undefined, freq: 6 }),
  })
  .map((each): Told => {
    const { name, contact, thing, reason, channel, caseId, issue } = each
    const isContact = name.startsWith('Contact') || name === 'MessagePosted' || name === 'CaseOpened'
    const isCase = ['CaseOpened', 'ContactAddedToCase', 'CaseReopened'].includes(name)
    const isReading = name.startsWith('Article')
    const data = {
      ...(isContact ? { contactId: contact } : {}),
      ...(caseId !== undefined && (isCase || name === 'ContactRequested' || name === 'ContactSummarised')
        ? { caseId }
        : {}),
      ...(thing === undefined
        ? {}
        : isReading
          ? { thing: 'purchase' }
          : { item: { id: thing, kind: 'purchase' } }),
      ...(reason === undefined ? {} : isReading ? { reason } : { reason: { code: reason } }),
      ...(channel === undefined ? {} : { channel }),
      ...(isReading
        ? { readingId: `r-${each.feedback}-${each.journey ?? ''}`, articleId: 'a', version: 1 }
        : {}),
      ...(name === 'ArticleLeft' ? { dwell: each.dwell } : {}),
      ...(name === 'ArticleRated' ? { helped: each.dwell > 7 } : {}),
      ...(name === 'ItemWithdrawn' ? { itemId: thing ?? 'oven' } : {}),
      ...(name === 'MessagePosted' ? { author: 'agent' } : {}),
      ...(name === 'ContactEnded' && each.presses !== 1
        ? { answeredBy: each.dwell > 7 ? 'person' : 'nobody' }
        : {}),
      ...(name === 'ContactSummarised'
        ? { outcome: each.word, ...(issue === undefined ? {} : { issue }) }
        : {}),
      ...(name.startsWith('Feedback')
        ? { feedbackId: each.feedback, outcome: each.word, about: { kind: 'contact', id: contact } }
        : {}),
      ...(name.startsWith('Customers') ? { customerId: each.customer ?? 'anna', mergedId: each.other } : {}),
      ...(name === 'GuestRecognised' ? { customerId: each.customer ?? 'anna', guestId: each.other } : {}),
      ...(name === 'JourneyClaimed' ? { person: { id: each.customer ?? 'anna' }, guestId: each.other } : {}),
      ...(name === 'ContactRequested' && each.presses !== undefined ? { presses: each.presses } : {}),
      ...(name === 'ContactRequested' && each.origin !== undefined ? { origin: each.origin } : {}),
    }
    return {
      name,
      data,
      at: each.at,
      actor: each.actor,
      ...(each.customer === undefined ? {} : { customer: each.customer }),
      ...(each.journey === undefined ? {} : { journey: each.journey }),
    }
  })

/** Small histories of a few people, told in the order of the log. */
export const history = fc.array(told, { maxLength: 45, size: 'max' }).map(log)
