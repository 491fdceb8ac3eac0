import type { TFunction } from 'i18next'
import type { Item, Letter, StuffCase, StuffContact } from '../api/my-stuff'
import type { LineMoment } from '../shared/line'
import type { Format } from '../words/format'

type Say = TFunction<'customer'>

export interface State {
  readonly words: string
  /** Plain text, or a few words that stand out. */
  readonly tone?: 'plain' | 'accent' | 'ok'
}

/** As much of the shop's own words as fits the end of a row. */
const SHORT = 36

/** Words of shops that have words here; others are shown as the shop wrote them. */
const SHOP_STATES = {
  delivered: 'delivered',
  ordered: 'ordered',
  paid: 'paid',
  packed: 'packed',
  shipped: 'shipped',
  sent: 'sent',
  confirmed: 'confirmed',
  requested: 'requested',
  accepted: 'accepted',
  answered: 'answered',
  cancelled: 'cancelled',
  done: 'done',
} as const

type ShopState = keyof typeof SHOP_STATES
const GOOD: ReadonlySet<string> = new Set(['confirmed', 'accepted'])

const isShopState = (state: string): state is ShopState => state in SHOP_STATES

/** What a thing is, in one line below its name. */
export function lineOf(item: Item, f: Format, say: Say): string {
  const day = f.longDay(item.date)
  switch (item.kind) {
    case 'purchase': {
      const delivered = deliveredAt(item)
      // What is long ago is told by the month, and once is enough.
      return delivered === undefined || f.longDay(delivered) === day
        ? say('thing.bought', { day })
        : say('thing.bought-delivered', { day, delivered: f.longDay(delivered) })
    }
    case 'quote': {
      const price = item.price === undefined ? undefined : f.money(item.price)
      if (price === undefined) return say('thing.quoted', { day })
      return item.endsAt === undefined
        ? say('thing.quote', { price, day })
        : say('thing.quote-until', { price, until: f.longDay(item.endsAt) })
    }
    case 'enquiry':
      return say('thing.asked', { day })
    case 'booking':
      if (item.startsAt === undefined) return say('thing.booked', { day })
      return item.endsAt === undefined ? f.moment(item.startsAt) : f.window(item.startsAt, item.endsAt)
    case 'marketing':
    case 'correspondence':
      return say('thing.sent', { day })
  }
}

/** The one state at the end of a thing's row; nothing where all is as one would expect. */
export function stateOf(item: Item, f: Format, say: Say, now: number): State | undefined {
  if (item.openCases.length > 0) {
    return { words: say('state.open-cases', { count: item.openCases.length }), tone: 'accent' }
  }
  if (item.withdrawn !== undefined) return { words: say('state.withdrawn') }
  const { state } = item
  if (item.kind === 'purchase' && deliveredAt(item) !== undefined) {
    const { detail = '' } = item
    return detail === '' || detail.length > SHORT ? undefined : { words: detail }
  }
  if (item.kind === 'purchase' && state !== 'delivered') {
    const due = item.startsAt ?? item.endsAt
    if (due !== undefined && Date.parse(due) > now) {
      return { words: say('state.arrives', { day: f.day(due) }), tone: 'plain' }
    }
  }
  if (state === undefined || state === '') return undefined
  // What the line says already is not said twice.
  if (item.kind === 'quote' && item.endsAt !== undefined && !isShopState(state)) return undefined
  if (!isShopState(state)) return { words: state.charAt(0).toLocaleUpperCase() + state.slice(1) }
  return { words: say(`shop.${SHOP_STATES[state]}`), ...(GOOD.has(state) && { tone: 'ok' as const }) }
}

function deliveredAt({ steps }: Item): string | undefined {
  return steps.findLast(({ state }) => state === 'delivered')?.at
}

export const goesOn = ({ status }: Pick<StuffContact, 'status'>): boolean =>
  status === 'waiting' || status === 'talking' || status === 'dropped'

/** What a contact was about, in her words or ours. */
export function subjectOf({ subject, words, reason, item }: StuffContact): string | undefined {
  return subject ?? words ?? reason?.detailLabel ?? reason?.label ?? item?.title
}

/** Channels on which two people talk for a while. */
const SPOKEN: ReadonlySet<string> = new Set(['chat', 'phone', 'callback', 'store'])

function wholeMinutes(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds / 60_000)) * 60_000
}

/** `yesterday`, `11 November`: within a sentence. */
export function dayInLine(at: string, f: Format): string {
  const day = f.day(at)
  return day === f.date(at) ? f.longDay(at) : day.toLocaleLowerCase(f.language)
}

/** `today 13:31`, `Tue 24 Nov, 8:00`: within a sentence. */
export function momentInLine(at: string, f: Format): string {
  return f.momentIn(at)
}

/** Channel, day, who, how long. */
export function contactLine(
  contact: StuffContact,
  agent: string | undefined,
  f: Format,
  say: Say,
  channel: string,
): string {
  const { at, connectedAt, endedAt } = contact
  const took =
    connectedAt === undefined || endedAt === undefined
      ? undefined
      : Date.parse(endedAt) - Date.parse(connectedAt)
  return [
    channel,
    dayInLine(at, f),
    agent === undefined ? undefined : say('contact.with', { name: agent }),
    took === undefined || !SPOKEN.has(contact.channel) ? undefined : f.duration(wholeMinutes(took)),
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

export function caseLine(
  { reference, openedAt, resolvedAt, status }: StuffCase,
  f: Format,
  say: Say,
): string {
  return status === 'resolved' && resolvedAt !== undefined
    ? say('case.closed-line', { reference, day: dayInLine(resolvedAt, f) })
    : say('case.open-line', { reference, day: dayInLine(openedAt, f) })
}

export function letterLine({ by, at }: Letter, f: Format, say: Say): string {
  return say(`letter.${by}`, { day: dayInLine(at, f) })
}

/** What a case waits for, in a few words. */
export function nextOf(
  { next, promises }: StuffCase,
  f: Format,
  say: Say,
): { label: string; detail: string } {
  if (next !== undefined) {
    return { label: next.what, detail: say('case.by', { when: momentInLine(next.by, f) }) }
  }
  const missed = promises.findLast(({ state }) => state === 'missed')
  if (missed !== undefined) {
    return { label: missed.what, detail: say('case.was-due', { when: momentInLine(missed.by, f) }) }
  }
  return { label: say('case.looking'), detail: say('case.no-date') }
}

/** How many steps between the beginning and now fit a short line. */
const STEPS = 1

/** An open case as a short line: how it began, what happened last, what comes next. */
export function caseMoments(open: StuffCase, f: Format, say: Say): readonly LineMoment[] {
  const [, ...later] = open.steps
  const told: LineMoment = {
    id: 'told',
    mark: 'customer',
    label: say('case.told'),
    detail: f.moment(open.openedAt),
  }
  const happened = later.slice(-STEPS).map(({ at, what, words }, index): LineMoment => {
    const hers = what === 'contact' || what === 'reopened'
    return {
      id: `${what}-${String(index)}`,
      mark: hers ? 'customer' : 'us',
      label: hers ? say('case.told-again') : (words ?? say('case.looking')),
      detail: f.moment(at),
      ...(what === 'promise-missed' && { state: 'missed' as const }),
    }
  })
  const { label, detail } = nextOf(open, f, say)
  const missed = open.next === undefined && open.promises.some(({ state }) => state === 'missed')
  const next: LineMoment = {
    id: 'next',
    mark: 'now',
    label,
    detail,
    ...(missed && { state: 'missed' as const }),
  }
  const before = [told, ...happened]
  return [...before.slice(0, -1), { ...(before.at(-1) ?? told), dotted: true }, next]
}
