import type { Message } from '../api/contact'

/** Something of this page that is no message: how long the line was gone. */
export interface Gap {
  /** When it was back. */
  readonly at: string
  /** Milliseconds. */
  readonly away: number
}

export type ThreadItem =
  | { readonly kind: 'day'; readonly id: string; readonly at: string }
  | { readonly kind: 'moved'; readonly id: string; readonly channel: string }
  | { readonly kind: 'gap'; readonly id: string; readonly away: number }
  | { readonly kind: 'system'; readonly id: string; readonly message: Message }
  | {
      readonly kind: 'turn'
      readonly id: string
      readonly mine: boolean
      readonly agentId: string | undefined
      readonly messages: readonly Message[]
    }

/** One who goes on writing within it is still at the same turn. */
const TURN = 5 * 60_000

type Turn = Extract<ThreadItem, { readonly kind: 'turn' }>

/**
 * What was said, as it is read: turns with the name once, days, changes of channel and gaps between them. `leg` is where the
 * contact is now, `today` any moment of today.
 */
export function threadItems(
  messages: readonly Message[],
  {
    gaps = [],
    leg,
    today,
  }: {
    readonly gaps?: readonly Gap[]
    readonly leg?: { readonly leg: number; readonly channel: string } | undefined
    readonly today: string | number
  },
): readonly ThreadItem[] {
  const items: ThreadItem[] = []
  const waiting = [...gaps].sort((one, other) => (one.at < other.at ? -1 : 1))
  let day = dayOf(today)
  let before: Message | undefined
  const tellGaps = (until?: string): void => {
    while (waiting[0] !== undefined && (until === undefined || goneAt(waiting[0]) <= Date.parse(until))) {
      const gap = waiting.shift()
      if (gap) items.push({ kind: 'gap', id: `gap:${gap.at}`, away: gap.away })
    }
  }
  for (const message of messages) {
    tellGaps(message.at)
    if (dayOf(message.at) !== day) {
      day = dayOf(message.at)
      items.push({ kind: 'day', id: `day:${message.id}`, at: message.at })
    }
    if (before !== undefined && before.channel !== message.channel) {
      items.push({ kind: 'moved', id: `moved:${message.id}`, channel: message.channel })
    }
    add(items, message)
    before = message
  }
  tellGaps()
  if (before !== undefined && leg !== undefined && leg.leg > before.leg && leg.channel !== before.channel) {
    items.push({ kind: 'moved', id: `moved:${String(leg.leg)}`, channel: leg.channel })
  }
  return items
}

/** It stands above everything that was sent or missed meanwhile. */
function goneAt({ at, away }: Gap): number {
  return Date.parse(at) - away
}

function add(items: ThreadItem[], message: Message): void {
  const { author } = message
  if (author.is === 'automatic') {
    items.push({ kind: 'system', id: message.id, message })
    return
  }
  const mine = author.is === 'customer'
  const agentId = author.is === 'agent' ? author.id : undefined
  const last = items.at(-1)
  if (last?.kind === 'turn' && goesOn(last, mine, agentId, message)) {
    items[items.length - 1] = { ...last, messages: [...last.messages, message] }
    return
  }
  items.push({ kind: 'turn', id: message.id, mine, agentId, messages: [message] })
}

function goesOn(turn: Turn, mine: boolean, agentId: string | undefined, { at }: Message): boolean {
  const last = turn.messages.at(-1)
  return (
    last !== undefined &&
    turn.mine === mine &&
    turn.agentId === agentId &&
    Date.parse(at) - Date.parse(last.at) < TURN
  )
}

function dayOf(at: string | number): string {
  return new Date(at).toDateString()
}

/** Not hers: what a reader who scrolled up has not seen yet. */
export function fromOthers(messages: readonly Message[]): number {
  return messages.filter(({ author }) => author.is !== 'customer').length
}

/** The last message of ours that she has not been seen to see. */
export function unseen(messages: readonly Message[]): string | undefined {
  return messages.findLast(
    ({ author, state }) => author.is !== 'customer' && state !== 'seen' && state !== 'spoken',
  )?.id
}
