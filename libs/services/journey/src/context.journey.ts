import { publicEvents } from '@throughline/contracts'
import type { PublicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { caseAfter, feedbackAfter, followUpsAfter, newCase, promisesAfter } from './context.case.js'
import { contactAfter, newContact } from './context.contact.js'
import type { ContactStep } from './context.contact.js'
import type { JourneyKnown, ReadingKnown, SaidKnown } from './context.known.js'

/** The journey as its events tell it; undefined before it started. */
export function journeyKnown(events: readonly RecordedEvent[]): JourneyKnown | undefined {
  let known: JourneyKnown | undefined
  for (const event of events) if (isPublic(event)) known = after(known, event)
  return known
}

/** Whose the journey is by its own events: what {@link journeyKnown} says of the person, without all the rest. */
export function ownerIn(events: readonly RecordedEvent[]): string | undefined {
  let owner: string | undefined
  for (const event of events) {
    if (!isPublic(event)) continue
    if (event.type === 'throughline.JourneyStarted.v1') owner = event.data.person.id
    else if (event.type === 'throughline.JourneyClaimed.v1' && owner !== undefined)
      owner = event.data.person.id
  }
  return owner
}

// What was recorded under a public name was held to its contract when it left its service; nothing is judged on replay.
function isPublic(event: RecordedEvent): event is RecordedEvent<PublicEvents & DomainEvent> {
  return publicEvents().has(event.type)
}

function after(
  known: JourneyKnown | undefined,
  event: RecordedEvent<PublicEvents>,
): JourneyKnown | undefined {
  if (event.type === 'throughline.JourneyStarted.v1') {
    const { journeyId: id, stage, ...started } = event.data
    const at = event.occurredAt
    return { id, ...emptied, ...started, startedAt: at, lastAt: at, stages: stage ? [{ stage, at }] : [] }
  }
  if (known === undefined) return undefined
  const lastAt = event.occurredAt > known.lastAt ? event.occurredAt : known.lastAt
  return { ...told(known, event), lastAt }
}

const emptied = {
  status: 'open',
  resumed: [],
  facts: [],
  askedAgain: 0,
  readings: [],
  channels: [],
  contacts: [],
  cases: [],
  promises: [],
  followUps: [],
  feedback: [],
  said: [],
} as const

type AfterStart = Exclude<PublicEvents, { readonly type: 'throughline.JourneyStarted.v1' }>

function told(known: JourneyKnown, event: RecordedEvent<AfterStart>): JourneyKnown {
  const at = event.occurredAt
  const said = (where: SaidKnown['where'], words: string | undefined) =>
    words === undefined || words === '' ? {} : { said: [...known.said, { at, where, words }] }
  switch (event.type) {
    case 'throughline.StageReached.v1':
      return { ...known, stages: [...known.stages, { stage: event.data.stage, at }] }
    case 'throughline.ItemChosen.v1': {
      const { reason, ...rest } = known
      // A reason belongs to a kind of thing: another kind makes it void.
      const fits = reason !== undefined && known.item?.kind === event.data.item.kind
      return { ...rest, item: event.data.item, ...(fits && { reason }) }
    }
    case 'throughline.ReasonChosen.v1':
      return { ...known, reason: event.data.reason }
    case 'throughline.FactGiven.v1': {
      const { name, label, value, source } = event.data
      const others = known.facts.filter((fact) => fact.name !== name)
      const facts = [...others, { name, label, value, source, at }]
      return { ...known, facts, ...(source === 'customer' && said('fact', value)) }
    }
    case 'throughline.FactAskedAgain.v1':
      return { ...known, askedAgain: known.askedAgain + 1 }
    case 'throughline.JourneyClaimed.v1':
      return { ...known, person: event.data.person, guest: false }
    case 'throughline.JourneyResumed.v1': {
      const { outcome: _, ...open } = known
      return { ...open, status: 'open', resumed: [...known.resumed, { at, by: event.data.by }] }
    }
    case 'throughline.JourneyEnded.v1':
      return { ...known, status: 'ended', outcome: event.data.outcome }

    case 'throughline.ArticleViewed.v1': {
      const { readingId: id, articleId, version, title } = event.data
      if (known.readings.some((each) => each.id === id)) return known
      return { ...known, readings: [...known.readings, { id, articleId, version, title, at }] }
    }
    case 'throughline.ArticleLeft.v1':
      return reading(known, event.data.readingId, { dwell: event.data.dwell })
    case 'throughline.ArticleRated.v1': {
      const { readingId, helped, comment } = event.data
      const rated = reading(known, readingId, { helped, ...(comment !== undefined && { comment }) })
      return { ...rated, ...said('article', comment) }
    }
    case 'throughline.ArticleDidNotHelp.v1': {
      const { readingId, contactId, said: aloud } = event.data
      return reading(known, readingId, { didNotHelp: { contactId, said: aloud } })
    }

    case 'throughline.ChannelsOffered.v1': {
      const { decisionId: id, policy, version, level, channels, shortfall } = event.data
      const offered = {
        id,
        policy,
        version,
        level,
        channels,
        at,
        ...(shortfall !== undefined && { shortfall }),
      }
      return { ...known, channels: [...known.channels, offered] }
    }

    case 'throughline.ContactRequested.v1':
      return { ...contact(known, event), ...said('contact', event.data.words) }
    case 'throughline.MessagePosted.v1':
      return {
        ...contact(known, event),
        ...(event.data.author === 'customer' && said('message', event.data.text)),
      }
    case 'throughline.ContactSummarised.v1':
      return { ...contact(known, event), promises: promisesAfter(known.promises, event) }
    case 'throughline.LegOpened.v1':
    case 'throughline.LegClosed.v1':
    case 'throughline.ContactConnected.v1':
    case 'throughline.MessagesSeen.v1':
    case 'throughline.MessageFailed.v1':
    case 'throughline.ContactNoteAdded.v1':
    case 'throughline.ContinuationIssued.v1':
    case 'throughline.ContinuationUsed.v1':
    case 'throughline.ContactDropped.v1':
    case 'throughline.ContactResumed.v1':
    case 'throughline.ContactTransferred.v1':
    case 'throughline.ContactLeft.v1':
    case 'throughline.ContactEnded.v1':
    case 'throughline.ContactLinked.v1':
    case 'throughline.CallRang.v1':
    case 'throughline.CallAnswered.v1':
    case 'throughline.CallHeld.v1':
    case 'throughline.CallRetrieved.v1':
    case 'throughline.CallEnded.v1':
    case 'throughline.ContactQueued.v1':
    case 'throughline.RequirementRelaxed.v1':
    case 'throughline.ContactOffered.v1':
    case 'throughline.OfferDeclined.v1':
    case 'throughline.OfferExpired.v1':
    case 'throughline.OfferWithdrawn.v1':
    case 'throughline.ContactAssigned.v1':
    case 'throughline.ContactRequeued.v1':
    case 'throughline.ContactLeftQueue.v1':
    case 'throughline.WorkFinished.v1':
    case 'throughline.CallbackScheduled.v1':
    case 'throughline.CallbackDue.v1':
    case 'throughline.CallbackUnanswered.v1':
    case 'throughline.ContactEscalated.v1':
      return contact(known, event)

    case 'throughline.CaseOpened.v1':
    case 'throughline.ContactAddedToCase.v1':
    case 'throughline.CaseProgressed.v1':
    case 'throughline.CaseAssigned.v1':
    case 'throughline.CasePromiseKept.v1':
    case 'throughline.CasePromiseMissed.v1':
    case 'throughline.CaseResolved.v1':
    case 'throughline.CaseReopened.v1': {
      const { caseId } = event.data
      const cases = upsert(
        known.cases,
        (each) => each.id === caseId,
        newCase(caseId),
        (each) => caseAfter(each, event),
      )
      return { ...known, cases, promises: promisesAfter(known.promises, event) }
    }
    case 'throughline.FollowUpRequested.v1':
    case 'throughline.FollowUpAssigned.v1':
    case 'throughline.FollowUpDone.v1':
    case 'throughline.FollowUpCancelled.v1':
      return { ...known, followUps: followUpsAfter(known.followUps, event) }
    case 'throughline.FeedbackGiven.v1':
    case 'throughline.FeedbackRevised.v1':
      return {
        ...known,
        feedback: feedbackAfter(known.feedback, event),
        ...said('feedback', event.data.comment),
      }
    case 'throughline.FollowUpWished.v1':
    case 'throughline.FollowUpWithdrawn.v1':
      return { ...known, feedback: feedbackAfter(known.feedback, event) }

    // Not about what is known in a journey, even where one of them should carry its id: who people are is told when
    // the journey starts or is claimed, the thing and the reason when they are chosen, articles when they are read.
    case 'throughline.CustomerRegistered.v1':
    case 'throughline.AgentBecameReady.v1':
    case 'throughline.AgentPaused.v1':
    case 'throughline.AgentSignedOff.v1':
    case 'throughline.AgentSignedOn.v1':
    case 'throughline.AgentStoppedResponding.v1':
    case 'throughline.ArticleFlagged.v1':
    case 'throughline.ArticlePublished.v1':
    case 'throughline.ArticleRetired.v1':
    case 'throughline.ArticleRevised.v1':
    case 'throughline.ArticleTaskClosed.v1':
    case 'throughline.CauseOwnerSet.v1':
    case 'throughline.ChannelGateMoved.v1':
    case 'throughline.ChannelPolicyPublished.v1':
    case 'throughline.CustomerDetailsCorrected.v1':
    case 'throughline.CustomerSignedIn.v1':
    case 'throughline.CustomersMerged.v1':
    case 'throughline.CustomersUnmerged.v1':
    case 'throughline.FindingActedOn.v1':
    case 'throughline.FindingAssigned.v1':
    case 'throughline.FindingClosed.v1':
    case 'throughline.FindingReopened.v1':
    case 'throughline.GuestRecognised.v1':
    case 'throughline.GuestStarted.v1':
    case 'throughline.ImmediateChannelMissing.v1':
    case 'throughline.InsightRaised.v1':
    case 'throughline.ItemAdded.v1':
    case 'throughline.ItemCorrected.v1':
    case 'throughline.ItemProgressed.v1':
    case 'throughline.ItemWithdrawn.v1':
    case 'throughline.KnowledgeGapFound.v1':
    case 'throughline.MetricDefined.v1':
    case 'throughline.PromiseBroken.v1':
    case 'throughline.PromisePublished.v1':
    case 'throughline.ReasonsPublished.v1':
    case 'throughline.SessionEnded.v1':
    case 'throughline.SkillsAssigned.v1':
    case 'throughline.StaffAdded.v1':
    case 'throughline.StaffLeft.v1':
    case 'throughline.StaffRolesChanged.v1':
      return known
  }
}

function reading(known: JourneyKnown, readingId: string, more: Partial<ReadingKnown>): JourneyKnown {
  return {
    ...known,
    readings: known.readings.map((each) => (each.id === readingId ? { ...each, ...more } : each)),
  }
}

function contact(known: JourneyKnown, event: RecordedEvent<ContactStep>): JourneyKnown {
  const { contactId } = event.data
  const contacts = upsert(
    known.contacts,
    (each) => each.id === contactId,
    newContact(contactId),
    (each) => contactAfter(each, event),
  )
  return { ...known, contacts }
}

function upsert<Each>(
  all: readonly Each[],
  is: (each: Each) => boolean,
  fresh: Each,
  change: (each: Each) => Each,
): readonly Each[] {
  return all.some(is) ? all.map((each) => (is(each) ? change(each) : each)) : [...all, change(fresh)]
}
