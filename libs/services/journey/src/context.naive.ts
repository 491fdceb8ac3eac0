import type { RecordedEvent, Vantage } from '@throughline/ports'
import { naiveContact } from './context.naive.contact.js'
import {
  ids,
  isFields,
  kindOf,
  list,
  naiveCase,
  naiveFeedback,
  naiveFollowUps,
  naivePromises,
  naiveReading,
  pick,
} from './context.naive.parts.js'
import type { Fields, Happened } from './context.naive.parts.js'

/**
 * What a context is at a moment, said as plainly as can be: every question is a scan of all that counts. Far too slow to
 * serve; it is what the fold, live and replayed, is held to. Undefined before the journey began.
 */
export function naiveContext(
  log: readonly RecordedEvent[],
  history: readonly (readonly RecordedEvent[])[],
  vantage: Vantage,
  viewer: 'staff' | 'customer',
): Fields | undefined {
  const known = naiveJourney(seenFrom(log, vantage))
  if (known === undefined) return undefined
  const others = history.filter((each) => naiveJourney(seenFrom(each, vantage)) !== undefined)
  const all = [log, ...others].flatMap((each) => each.filter((event) => counts(event, vantage)))
  const last = all.find(({ position }) => all.every((other) => other.position <= position))
  const earlier = others
    .map((each) => naiveJourney(seenFrom(each, vantage)) ?? {})
    .sort((a, b) => String(b.startedAt).localeCompare(String(a.startedAt)))
  const told = {
    ...known,
    earlier: {
      journeys: earlier.map((each) => pick(each, 'id', 'startedAt', 'item', 'reason', 'status', 'outcome')),
      contacts: earlier.flatMap(earlierContacts),
      cases: earlier.flatMap((each) =>
        list(each.cases).map(({ words: _, contacts: __, steps: ___, ...line }) => ({
          ...line,
          journeyId: each.id,
          promises: each.promises,
        })),
      ),
    },
    position: last?.position,
    asOf: last?.recordedAt,
  }
  return viewer === 'staff' ? told : withHerEyes(told)
}

function counts(event: RecordedEvent, { position, at, occurredUntil }: Vantage): boolean {
  if (position !== undefined && event.position > position) return false
  if (at !== undefined && event.recordedAt > at) return false
  return occurredUntil === undefined || event.occurredAt <= occurredUntil
}

function seenFrom(log: readonly RecordedEvent[], vantage: Vantage): readonly Happened[] {
  return log
    .filter((event) => counts(event, vantage))
    .sort((a, b) => a.position - b.position)
    .map(({ type, data, occurredAt: at, position }) => ({
      name: type.split('.')[1] ?? '',
      data: isFields(data) ? data : {},
      at,
      position,
    }))
}

function naiveJourney(seen: readonly Happened[]): Fields | undefined {
  const started = seen.find(({ name }) => name === 'JourneyStarted')
  if (started === undefined) return undefined
  const after = seen.filter(({ position }) => position >= started.position)
  const all = (...names: readonly string[]) => after.filter(({ name }) => names.includes(name))
  const claimed = all('JourneyClaimed').at(-1)
  const turned = all('JourneyEnded', 'JourneyResumed').at(-1)
  const ended = turned?.name === 'JourneyEnded' ? turned : undefined
  const items = all('ItemChosen')
  const reason = all('ReasonChosen').at(-1)
  // The reason is of the kind of thing that was chosen last before it; another kind makes it void.
  const kindThen = items.findLast(({ position }) => position < (reason?.position ?? 0))
  const isVoid = items.some(
    (item) => item.position > (reason?.position ?? 0) && kindOf(item) !== (kindThen && kindOf(kindThen)),
  )
  const facts = all('FactGiven')
  const cases = ids(all(...CASE), 'caseId')
  return {
    ...pick(started.data, 'person', 'guest', 'entrance', 'page', 'origin', 'caseId'),
    ...(claimed && { person: claimed.data.person, guest: false }),
    id: started.data.journeyId,
    startedAt: started.at,
    lastAt: after
      .map(({ at }) => at)
      .sort()
      .at(-1),
    status: ended ? 'ended' : 'open',
    outcome: ended?.data.outcome,
    resumed: all('JourneyResumed').map(({ at, data }) => ({ at, by: data.by })),
    stages: all('JourneyStarted', 'StageReached').flatMap(({ at, data }) =>
      data.stage === undefined ? [] : [{ stage: data.stage, at }],
    ),
    item: items.at(-1)?.data.item,
    reason: isVoid ? undefined : reason?.data.reason,
    facts: facts
      .filter((fact) => facts.findLast(({ data }) => data.name === fact.data.name) === fact)
      .map(({ at, data }) => ({ ...pick(data, 'name', 'label', 'value', 'source'), at })),
    askedAgain: all('FactAskedAgain').length,
    readings: ids(all('ArticleViewed'), 'readingId').map((id) => naiveReading(id, after)),
    channels: all('ChannelsOffered').map(({ at, data }) => ({
      ...pick(data, 'policy', 'version', 'level', 'channels', 'shortfall'),
      id: data.decisionId,
      at,
    })),
    contacts: ids(all(...CONTACT), 'contactId').map((id) =>
      naiveContact(
        id,
        all(...CONTACT).filter(({ data }) => data.contactId === id),
      ),
    ),
    cases: cases.map((id) =>
      naiveCase(
        id,
        all(...CASE).filter(({ data }) => data.caseId === id),
      ),
    ),
    promises: naivePromises(all('ContactSummarised', ...CASE)),
    followUps: naiveFollowUps(
      all('FollowUpRequested', 'FollowUpAssigned', 'FollowUpDone', 'FollowUpCancelled'),
    ),
    feedback: ids(all('FeedbackGiven', 'FeedbackRevised'), 'feedbackId').map((id) =>
      naiveFeedback(
        id,
        after.filter(({ data }) => data.feedbackId === id),
      ),
    ),
    said: after.flatMap(saidIn),
  }
}

const CASE = [
  ...['CaseOpened', 'ContactAddedToCase', 'CaseProgressed', 'CaseAssigned', 'CasePromiseKept'],
  ...['CasePromiseMissed', 'CaseResolved', 'CaseReopened'],
]
const CONTACT = [
  ...['ContactRequested', 'LegOpened', 'LegClosed', 'ContactConnected', 'MessagePosted', 'MessagesSeen'],
  ...['MessageFailed', 'ContactNoteAdded', 'ContinuationIssued', 'ContinuationUsed', 'ContactDropped'],
  ...['ContactResumed', 'ContactTransferred', 'ContactLeft', 'ContactEnded', 'ContactSummarised'],
  ...['ContactLinked', 'CallRang', 'CallAnswered', 'CallHeld', 'CallRetrieved', 'CallEnded', 'ContactQueued'],
  ...['RequirementRelaxed', 'ContactOffered', 'OfferDeclined', 'OfferExpired', 'OfferWithdrawn'],
  ...['ContactAssigned', 'ContactRequeued', 'ContactLeftQueue', 'WorkFinished', 'CallbackScheduled'],
  ...['CallbackDue', 'CallbackUnanswered', 'ContactEscalated'],
]

function saidIn({ name, data, at }: Happened): readonly Fields[] {
  const isHers = data.source === 'customer' || data.author === 'customer'
  const said: Readonly<Record<string, readonly [string, unknown]>> = {
    FactGiven: ['fact', isHers ? data.value : ''],
    ArticleRated: ['article', data.comment],
    ContactRequested: ['contact', data.words],
    MessagePosted: ['message', isHers ? data.text : ''],
    FeedbackGiven: ['feedback', data.comment],
    FeedbackRevised: ['feedback', data.comment],
  }
  const [where, words] = said[name] ?? []
  return where === undefined || words === undefined || words === '' ? [] : [{ at, where, words }]
}

function earlierContacts(journey: Fields): readonly Fields[] {
  return list(journey.contacts)
    .map((contact) => {
      const [summary] = list([contact.summary])
      const [assigned] = list([contact.assigned])
      const about = list(journey.feedback).find((each) => list([each.about])[0]?.id === contact.id)
      return {
        ...pick(contact, 'id', 'status', 'channel'),
        journeyId: journey.id,
        at: contact.requestedAt ?? journey.startedAt,
        item: contact.item ?? journey.item,
        reason: contact.reason ?? journey.reason,
        ...(summary && pick(summary, 'subject', 'words', 'outcome')),
        agentId: summary?.agentId ?? assigned?.agentId,
        feeling: about?.feeling,
        satisfied: about?.outcome,
      }
    })
    .reverse()
}

function withHerEyes(told: Fields): Fields {
  const unleveled = ({ level: _, ...rest }: Fields): Fields => rest
  return {
    ...told,
    channels: list(told.channels).map(unleveled),
    contacts: list(told.contacts).map((contact) => ({
      ...contact,
      notes: [],
      offers: [],
      queue: list([contact.queue]).map(unleveled)[0],
      summary: list([contact.summary]).map((summary) => ({ ...summary, causes: [] }))[0],
    })),
    cases: list(told.cases).map((each) => ({
      ...each,
      steps: list(each.steps).filter(({ visible }) => visible === true),
    })),
  }
}
