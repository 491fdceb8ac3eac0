import type { Message } from '../api/contact'
import type { ContactKnown, NoteKnown } from '../api/journey'
import type { Unsent } from '../shared/outbox'

export type MomentKind =
  'asked' | 'waited' | 'dropped' | 'resumed' | 'moved' | 'transferred' | 'ended' | 'left'

/** Something that happened between the words; `waited` and `promised` in milliseconds. */
export interface Happened {
  readonly kind: MomentKind
  readonly channel?: string
  readonly why?: string
  readonly waited?: number
  readonly promised?: number
  readonly away?: number
}

export type Entry =
  | {
      readonly is: 'message'
      readonly id: string
      readonly at: string
      readonly message: Message
      readonly turn: boolean
    }
  | { readonly is: 'note'; readonly id: string; readonly at: string; readonly note: NoteKnown }
  | { readonly is: 'moment'; readonly id: string; readonly at: string; readonly happened: Happened }

type Made = (Entry extends infer Each ? (Each extends Entry ? Omit<Each, 'turn'> : never) : never) & {
  readonly order: number
}

/** Words, notes and what happened, in one order; `turn`: the name stands above these words. */
export function entriesOf(
  messages: readonly Message[],
  notes: readonly NoteKnown[],
  contact: ContactKnown | undefined,
): readonly Entry[] {
  const made: Made[] = [
    ...momentsOf(contact).map((moment) => ({ ...moment, order: 0 })),
    ...messages.map((message) => ({
      is: 'message' as const,
      id: message.id,
      at: message.at,
      message,
      order: 1,
    })),
    ...notes.map((note) => ({ is: 'note' as const, id: note.id, at: note.at, note, order: 2 })),
  ]
  made.sort((a, b) => compare(a, b))
  let speaker = ''
  return made.map(({ order: _, ...entry }): Entry => {
    if (entry.is !== 'message') {
      speaker = ''
      return entry
    }
    const { author } = (entry as { readonly message: Message }).message
    const said = author.is === 'agent' ? author.id : author.is
    const turn = said !== speaker
    speaker = said
    return { ...(entry as { is: 'message'; id: string; at: string; message: Message }), turn }
  })
}

function compare(a: Made, b: Made): number {
  // Of messages the log has the last word: clocks of two machines differ.
  if (a.is === 'message' && b.is === 'message') return a.message.position - b.message.position
  return Date.parse(a.at) - Date.parse(b.at) || a.order - b.order
}

function momentsOf(contact: ContactKnown | undefined) {
  if (contact?.requestedAt === undefined) return []
  const { id, requestedAt, connectedAt, queue, turns, endedAt, status, legs } = contact
  const moments: { is: 'moment'; id: string; at: string; happened: Happened }[] = []
  const put = (at: string, happened: Happened): void => {
    moments.push({ is: 'moment', id: `${id}:${happened.kind}:${String(moments.length)}`, at, happened })
  }
  const first = legs[0]?.channel ?? contact.channel
  const of = first === undefined ? {} : { channel: first }
  if (connectedAt === undefined) put(requestedAt, { kind: 'asked', ...of })
  else {
    const from = queue?.enteredAt ?? requestedAt
    put(requestedAt, {
      kind: 'waited',
      ...of,
      waited: Date.parse(connectedAt) - Date.parse(from),
      ...(queue && { promised: Date.parse(queue.dueBy) - Date.parse(queue.enteredAt) }),
    })
  }
  let lost: string | undefined
  for (const { at, what, why } of turns) {
    if (what === 'dropped') {
      lost = at
      put(at, { kind: 'dropped' })
    } else if (what === 'resumed') {
      put(at, {
        kind: 'resumed',
        ...(why !== undefined && { channel: why }),
        ...(lost !== undefined && { away: Date.parse(at) - Date.parse(lost) }),
      })
      lost = undefined
    } else if (what === 'escalated') {
      const leg = legs.find(({ openedAt }) => Date.parse(openedAt) >= Date.parse(at) - 1_000)
      put(at, { kind: 'moved', ...(leg && { channel: leg.channel }) })
    } else if (what === 'transferred') put(at, { kind: 'transferred', ...(why !== undefined && { why }) })
  }
  if (endedAt !== undefined) put(endedAt, { kind: status === 'left' ? 'left' : 'ended' })
  return moments
}

/** Clocks of two machines differ by so much at least, in milliseconds. */
const APART = 2_000

/**
 * What is on its way and not in the thread yet. The thread may hear of a message before the answer to its command says
 * under which id; then the words and the time tell.
 */
export function stillUnsent(
  unsent: readonly Unsent[],
  messages: readonly Message[],
  me: string | undefined,
): readonly Unsent[] {
  const known = new Set(unsent.flatMap(({ sentAs }) => sentAs ?? []))
  const free = messages.filter(
    ({ id, author }) => !known.has(id) && author.is === 'agent' && author.id === me,
  )
  const ids = new Set(messages.map(({ id }) => id))
  return unsent.filter(({ sentAs, refused, body, at }) => {
    if (sentAs !== undefined) return !ids.has(sentAs)
    if (refused !== undefined) return true
    const shown = free.findIndex(
      (message) => message.said === body.text && Date.parse(message.at) >= Date.parse(at) - APART,
    )
    if (shown === -1) return true
    free.splice(shown, 1)
    return false
  })
}
