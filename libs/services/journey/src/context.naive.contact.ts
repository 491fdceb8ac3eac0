import { pick } from './context.naive.parts.js'
import type { Fields, Happened } from './context.naive.parts.js'

/** One contact, from all that was told of it: the part of the naive context that is longest. */
export function naiveContact(id: unknown, mine: readonly Happened[]): Fields {
  const all = (...names: readonly string[]) => mine.filter(({ name }) => names.includes(name))
  const asked: Fields = Object.assign({}, ...all('ContactRequested').map(({ data }) => data)) as Fields
  const summary = all('ContactSummarised').at(-1)
  const ended = all('ContactLeft', 'ContactEnded').findLast(
    (event) => event.name === 'ContactLeft' || statusBefore(mine, event) !== 'left',
  )
  const calls: Readonly<Record<string, string>> = {
    CallRang: 'ringing',
    CallAnswered: 'talking',
    CallRetrieved: 'talking',
    CallHeld: 'held',
    CallEnded: 'ended',
  }
  const queued = all('ContactQueued').at(-1)
  return {
    id,
    ...pick(asked, 'item', 'reason', 'words', 'presses', 'decisionId', 'origin'),
    readings: asked.readings ?? [],
    caseId: all('ContactRequested', 'ContactSummarised').findLast(({ data }) => data.caseId !== undefined)
      ?.data.caseId,
    channel: mine.flatMap(({ name, data }) => data[CHANNEL[name] ?? ''] ?? []).at(-1),
    requestedAt: all('ContactRequested').at(-1)?.at,
    status: statusBefore(mine, undefined),
    queue: queued && pick(queued.data, 'queue', 'enteredAt', 'dueBy', 'level', 'quoted'),
    offers: all('ContactOffered').map(({ data, at, position }) => ({
      id: data.offerId,
      ...pick(data, 'agentId', 'expiresAt'),
      at,
      outcome:
        OUTCOME[
          mine.findLast(
            (event) =>
              OUTCOME[event.name] !== undefined &&
              event.data.offerId === data.offerId &&
              event.position > position,
          )?.name ?? ''
        ] ?? 'open',
    })),
    assigned: naiveAssigned(mine),
    connectedAt: all('ContactConnected')[0]?.at,
    legs: naiveLegs(all('LegOpened', 'LegClosed')),
    callback: naiveCallback(mine),
    call: calls[all(...Object.keys(calls)).at(-1)?.name ?? ''],
    turns: mine.flatMap(({ name, data, at }) => {
      const [what, why] = TURN[name] ?? []
      return what === undefined || why === undefined ? [] : [{ at, what, why: data[why] }]
    }),
    transcript: all('MessagePosted').map(({ data, at, position }) => {
      const { messageId, contactId: _, journeyId: __, ...words } = data
      const failed = all('MessageFailed').findLast(
        (event) => event.data.messageId === messageId && event.position > position,
      )
      return { id: messageId, ...words, at, failed: failed?.data.code }
    }),
    notes: all('ContactNoteAdded').map(({ data, at }) => ({
      id: data.noteId,
      ...pick(data, 'agentId', 'text'),
      at,
    })),
    endedAt: ended?.at,
    how: ended?.name === 'ContactLeft' ? ended.data.why : ended?.data.by,
    summary: summary && {
      ...pick(summary.data, 'channel', 'agentId', 'outcome', 'issue', 'caseId', 'subject', 'words'),
      ...pick(summary.data, 'causes', 'promised', 'articles'),
      at: summary.at,
    },
  }
}

/** Which field of an event says where the contact goes on. */
const CHANNEL: Readonly<Record<string, string>> = {
  ContactRequested: 'channel',
  LegOpened: 'channel',
  ContactConnected: 'channel',
  ContactResumed: 'channel',
  ContactEscalated: 'to',
}
const OUTCOME: Readonly<Record<string, string>> = {
  ContactAssigned: 'accepted',
  OfferDeclined: 'declined',
  OfferExpired: 'expired',
  OfferWithdrawn: 'withdrawn',
}
const TURN: Readonly<Record<string, readonly [string, string]>> = {
  ContactDropped: ['dropped', 'cause'],
  ContactResumed: ['resumed', 'channel'],
  ContactTransferred: ['transferred', 'why'],
  ContactEscalated: ['escalated', 'by'],
  ContactLinked: ['linked', 'by'],
  ContactRequeued: ['requeued', 'why'],
}

/** How the contact stood when an event came; without one, how it stands. */
function statusBefore(mine: readonly Happened[], event: Happened | undefined): string {
  const told = mine.filter(({ position }) => event === undefined || position < event.position)
  const last = told.at(-1)
  if (last === undefined) return 'waiting'
  const before = statusBefore(told, last)
  switch (last.name) {
    case 'ContactConnected':
      return 'connected'
    case 'ContactDropped':
      return 'dropped'
    case 'ContactLeft':
      return 'left'
    case 'ContactOffered':
      return 'offered'
    case 'ContactAssigned':
      return 'assigned'
    case 'ContactTransferred':
    case 'OfferDeclined':
    case 'OfferExpired':
      return 'waiting'
    case 'OfferWithdrawn':
      return before === 'offered' ? 'waiting' : before
    case 'ContactRequeued':
      return before === 'dropped' ? 'dropped' : 'waiting'
    case 'ContactEnded':
      return before === 'left' ? 'left' : 'ended'
    case 'ContactResumed':
      return told.some(({ name }) => name === 'ContactConnected') ? 'connected' : 'waiting'
    default:
      return before
  }
}

function naiveAssigned(mine: readonly Happened[]): Fields | undefined {
  let now: Fields | undefined
  for (const { name, data, at } of mine) {
    if (name === 'ContactAssigned') now = { agentId: data.agentId, at }
    if (name === 'ContactConnected' && data.agentId !== undefined && now?.agentId !== data.agentId)
      now = { agentId: data.agentId, at }
    if (name === 'ContactRequeued') now = undefined
  }
  return now
}

function naiveLegs(told: readonly Happened[]): readonly Fields[] {
  const opened = told.filter(({ name }) => name === 'LegOpened')
  return opened
    .filter((one) => opened.findLast(({ data }) => data.leg === one.data.leg) === one)
    .map(({ data, at, position }) => {
      const closed = told.findLast(
        (event) => event.name === 'LegClosed' && event.data.leg === data.leg && event.position > position,
      )
      const leg = pick(data, 'leg', 'channel', 'by', 'assurance')
      return { ...leg, openedAt: at, closedAt: closed?.at, why: closed?.data.why }
    })
}

function naiveCallback(mine: readonly Happened[]): Fields | undefined {
  let now: Fields | undefined
  for (const { name, data } of mine) {
    if (name === 'ContactRequested' && data.callFrom !== undefined)
      now = { from: data.callFrom, until: data.callUntil, attempts: 0 }
    if (name === 'CallbackScheduled') now = { ...pick(data, 'from', 'until'), attempts: now?.attempts ?? 0 }
    if (name === 'CallbackUnanswered' && now) now = { ...now, attempts: data.attempt }
  }
  return now
}
