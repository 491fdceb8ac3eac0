import type { Case, CaseStep } from '../api/case'
import type { Contact, ContactState, Message, Work } from '../api/contact'
import type { CaseKnown, ContactKnown, JourneyContext, WordsKnown } from '../api/journey'
import type { ArticleShown, Reading } from '../api/knowledge'
import type { Item, ItemKind, MyStuff, Reason, StuffCase, StuffContact } from '../api/my-stuff'
import type { Offer } from '../api/routing'
import { valueOf } from './stops'

/*
 * What the customer's pages show, made of what was known at a moment and of nothing else. What was not recorded (choices she
 * saw and did not press, opening hours, whether her words were read) is left out rather than told from today.
 */

/** Round steps in seconds, as waits are said. */
const STEPS = [
  0, 30, 60, 120, 180, 300, 480, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400,
]

interface Interval {
  readonly low: number
  readonly mid: number
  readonly high: number
}

function waitSaid(wait: Interval) {
  return {
    ...wait,
    shown: {
      from: STEPS.findLast((step) => step <= wait.low) ?? 0,
      to: STEPS.find((step) => step > 0 && step >= wait.high) ?? null,
    },
  }
}

export function stateThen({ status, summary }: ContactKnown): ContactState {
  switch (status) {
    case 'waiting':
    case 'offered':
      return 'waiting'
    case 'assigned':
      return 'ringing'
    case 'connected':
    case 'dropped':
    case 'left':
      return status
    case 'ended':
      return summary === undefined ? 'wrapping' : 'ended'
  }
}

export function contactThen(context: JourneyContext, known: ContactKnown): Contact {
  const {
    id,
    channel = 'message',
    item,
    reason,
    words,
    caseId,
    requestedAt,
    queue,
    callback,
    summary,
  } = known
  return {
    id,
    journeyId: context.id,
    state: stateThen(known),
    channel,
    legs: known.legs.map((leg) => ({
      leg: leg.leg,
      channel: leg.channel,
      open: leg.closedAt === undefined,
      ...(known.call !== undefined && { call: known.call }),
    })),
    person: context.person,
    readings: known.readings,
    facts: context.facts,
    said: known.transcript.length,
    seen: {},
    ways: [],
    ...(item && { item }),
    ...(reason && { reason }),
    ...(words !== undefined && { words }),
    ...(caseId !== undefined && { caseId }),
    ...(known.assigned && { agentId: known.assigned.agentId }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...(queue && { enteredAt: queue.enteredAt, dueBy: queue.dueBy }),
    ...(callback && { callFrom: callback.from, callUntil: callback.until }),
    ...(summary && { summary }),
  }
}

export function messagesThen({ id: contactId, transcript }: ContactKnown): readonly Message[] {
  const picked = new Map<string, string>()
  for (const { answers, text } of transcript) if (answers !== undefined) picked.set(answers, text)
  return transcript.map((words, index): Message => {
    const pick = picked.get(words.id)
    return {
      id: words.id,
      contactId,
      position: index + 1,
      leg: words.leg,
      channel: words.channel,
      author: authorOf(words),
      said: words.text,
      state:
        words.failed !== undefined
          ? 'failed'
          : words.mode === 'spoken'
            ? 'spoken'
            : words.author === 'customer'
              ? 'delivered'
              : 'accepted',
      at: words.at,
      ...(words.articleId !== undefined && { articleId: words.articleId }),
      ...(words.choices && { choices: words.choices }),
      ...(words.answers !== undefined && { answers: words.answers }),
      ...(pick !== undefined && words.choices?.includes(pick) === true && { picked: pick }),
    }
  })
}

function authorOf({ author, authorId = '' }: WordsKnown): Message['author'] {
  if (author === 'agent') return { is: 'agent', id: authorId }
  return { is: author === 'customer' ? 'customer' : 'automatic' }
}

/** What she was told about the wait when she came; her place later on is not recorded. */
export function workThen(context: JourneyContext, { id, queue, assigned }: ContactKnown): Work {
  const quoted = queue?.quoted
  return {
    contactId: id,
    journeyId: context.id,
    state: 'waiting',
    wait: null,
    ahead: valueOf(quoted, 'ahead') === 0 ? 0 : null,
    quoted: quoted === undefined ? null : waitSaid(quoted),
    ...(queue && { enteredAt: queue.enteredAt, dueBy: queue.dueBy }),
    ...(assigned && { agentId: assigned.agentId }),
  }
}

/** The channels as they were offered, in the policy's order. */
export function offerThen(context: JourneyContext): Offer | undefined {
  const made = context.channels.at(-1)
  if (made === undefined) return undefined
  const offered = made.channels.filter((each) => each.offered)
  return {
    id: made.id,
    journeyId: context.id,
    policy: made.policy,
    version: made.version,
    at: made.at,
    level: made.level ?? { urgency: 'normal', urgencyRule: '', value: 'standard', valueRule: '' },
    channels: offered.map((each, index) => {
      const wait = intervalOf(valueOf(each, 'wait'))
      return {
        channel: each.channel,
        best: index === 0,
        pace: each.pace === 'immediate' || each.pace === 'soon' ? each.pace : 'slow',
        because: each.because,
        wait: wait === undefined ? null : waitSaid(wait),
        answerBy: each.answerBy ?? null,
        until: null,
        within: null,
        kept: null,
      }
    }),
    notOffered: [],
    shortfall: made.shortfall ?? null,
  }
}

function intervalOf(wait: unknown): Interval | undefined {
  const [low, mid, high] = [valueOf(wait, 'low'), valueOf(wait, 'mid'), valueOf(wait, 'high')]
  if (typeof low !== 'number' || typeof mid !== 'number' || typeof high !== 'number') return undefined
  return { low, mid, high }
}

const KINDS: readonly ItemKind[] = ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence']

/** The thing as she chose it, with the one reason she picked. */
export function itemThen({ item, reason, startedAt }: JourneyContext): Item | undefined {
  if (item === undefined) return undefined
  // Of what has no date nobody knows when it was bought: she asked about it, and that day is known.
  const kind = item.date === undefined ? undefined : KINDS.find((each) => each === item.kind)
  return {
    id: item.id,
    kind: kind ?? 'enquiry',
    source: '',
    reference: item.reference ?? '',
    title: item.title,
    date: item.date ?? startedAt,
    steps: [],
    reasons: reason === undefined ? [] : [reasonThen(reason)],
    taxonomy: reason?.taxonomy ?? '',
    openCases: [],
    ...(item.state !== undefined && { state: item.state }),
    ...(item.startsAt !== undefined && { startsAt: item.startsAt }),
    ...(item.product !== undefined && { product: item.product }),
    ...(item.brand !== undefined && { brand: item.brand }),
  }
}

export function reasonThen({
  code,
  label,
  detail,
  detailLabel,
}: NonNullable<JourneyContext['reason']>): Reason {
  const details = detail === undefined ? [] : [{ code: detail, label: detailLabel ?? detail }]
  return { code, label, details }
}

export function readingsThen({ readings }: JourneyContext): readonly Reading[] {
  return readings.map(({ at: readAt, didNotHelp: _, comment: __, ...reading }) => ({ ...reading, readAt }))
}

/** The articles she opened; those that stood beside them are not recorded. */
export function articlesThen({ readings, person }: JourneyContext): readonly ArticleShown[] {
  const newest = new Map(readings.map((reading) => [reading.articleId, reading]))
  return [...newest.values()].map(({ articleId, version, title, helped }) => ({
    id: articleId,
    version,
    kind: 'guide',
    title,
    summary: '',
    language: person.language ?? 'en',
    helped: 0,
    answered: 0,
    fits: true,
    saidDidNotHelp: helped === false,
  }))
}

export function earlierContactsThen({ earlier }: JourneyContext): readonly StuffContact[] {
  return earlier.contacts.map(
    ({ status, channel = 'message', satisfied: _, feeling: __, words, reason, ...rest }) => ({
      ...rest,
      channel,
      channels: [channel],
      status:
        status === 'connected'
          ? 'talking'
          : status === 'dropped' || status === 'left' || status === 'ended'
            ? status
            : 'waiting',
      ...(reason && { reason: { ...reason, taxonomy: reason.taxonomy ?? '' } }),
      ...(words !== undefined && { summary: words }),
    }),
  )
}

export function earlierCasesThen({ earlier }: JourneyContext): readonly StuffCase[] {
  return earlier.cases.map(({ id, journeyId, subject = '', status, openedAt = '', promises, ...rest }) => {
    const next = promises.find(({ state }) => state !== 'kept')
    return {
      id,
      reference: caseReference(id),
      journeyId,
      subject,
      words: '',
      status,
      openedAt,
      contacts: [],
      promises,
      steps: [],
      ...(next && { next }),
      ...(rest.resolvedAt !== undefined && { resolvedAt: rest.resolvedAt }),
      ...(rest.how !== undefined && { how: rest.how }),
      ...(rest.staffId !== undefined && { staffId: rest.staffId }),
    }
  })
}

/** Of My Stuff what is recorded of that moment: the thing she chose, and her earlier contacts and cases. */
export function myStuffThen(context: JourneyContext): MyStuff {
  const item = itemThen(context)
  const contacts = earlierContactsThen(context)
  const cases = earlierCasesThen(context)
  const group = <Shown>(name: string, items: readonly Shown[]) => ({
    name,
    items,
    count: items.length,
    next: null,
    href: '',
  })
  return {
    customerId: context.person.id,
    open: cases.filter(({ status }) => status === 'open'),
    items: item === undefined ? [] : [group(item.kind, [item])],
    contacts: group('contacts', contacts),
    cases: group('cases', cases),
    sent: group('sent', []),
  }
}

/** Seven digits of a case, made of its id as the server makes them. */
export function caseReference(caseId: string): string {
  const number = Number.parseInt(caseId.replaceAll('-', '').slice(0, 8), 16) % 10_000_000
  return String(number).padStart(7, '0')
}

export function caseThen(context: JourneyContext, known: CaseKnown): Case {
  const { id, subject = '', status, openedAt = context.startedAt, steps } = known
  const next = context.promises.find(({ state }) => state !== 'kept')
  const contacts = context.contacts.filter((each) => known.contacts.includes(each.id))
  const timeline = [
    ...contacts.map((each): CaseStep => contactStep(context, each)),
    ...steps.flatMap((step): readonly CaseStep[] => caseStep(step)),
  ].toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
  const solved = steps.findLast(({ what }) => what === 'resolved')
  return {
    id,
    reference: caseReference(id),
    customerId: context.person.id,
    journeyId: context.id,
    subject,
    status,
    contacts: contacts.length,
    repeat: false,
    openedAt,
    changedAt: steps.at(-1)?.at ?? openedAt,
    promises: context.promises.map(({ what, by, state }) => ({
      what,
      by,
      status: state === 'open' ? 'running' : state,
    })),
    timeline,
    ...(context.item && { item: context.item }),
    ...(context.reason && { reason: context.reason }),
    ...(known.staffId !== undefined && { staffId: known.staffId }),
    ...(next && { next: { what: next.what, by: next.by, missed: next.state === 'missed' } }),
    ...(status === 'resolved' && {
      resolution: {
        how: known.how ?? '',
        words: solved?.words ?? '',
        at: known.resolvedAt ?? solved?.at ?? openedAt,
      },
    }),
  }
}

function contactStep(context: JourneyContext, contact: ContactKnown): CaseStep {
  const { id, channel, assigned, requestedAt, connectedAt, endedAt, summary, words } = contact
  return {
    what: 'contact',
    at: requestedAt ?? context.startedAt,
    contactId: id,
    journeyId: context.id,
    words: summary?.words ?? words ?? '',
    ...(channel !== undefined && { channel }),
    ...(assigned && { agentId: assigned.agentId }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...(connectedAt !== undefined && { connectedAt }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

function caseStep({ at, what, words = '', visible }: CaseKnown['steps'][number]): readonly CaseStep[] {
  switch (what) {
    case 'progress':
      return [{ at, what, note: words, visible }]
    case 'promise-kept':
      return [{ at, what, promise: words }]
    case 'promise-missed':
      return [{ at, what, promise: words, by: at }]
    case 'resolved':
      return [{ at, what, how: '', words }]
    case 'reopened':
      return [{ at, what, why: words, by: '' }]
    default:
      return []
  }
}
