import { at, docAt, textAt, textsAt } from '../policy/document'
import type { Doc } from '../policy/document'
import { isOpenAt, readOpening } from '../policy/opening'
import { secondsOf } from '../policy/span'
import type { Agent, Hours, Promised, Queues, Standing } from './api'

const SECOND = 1_000
const HOUR = 3_600_000
/** From here on up to what is promised it is close. */
const CLOSE = 0.9

export type Word = 'behind' | 'close' | 'kept' | 'closed' | 'nobody'

/** One queue against what is promised. Times in milliseconds. */
export interface QueueRow {
  readonly key: string
  readonly queue: string
  readonly channel: string
  readonly waiting: number
  /** Promised callbacks, for their channel. */
  readonly booked: number
  readonly nextBooked: string | undefined
  readonly longest: number | undefined
  readonly promise: number | undefined
  /** Median of the last hour; undefined when nobody was answered. */
  readonly measured: number | undefined
  readonly kept: { readonly kept: number; readonly of: number } | undefined
  readonly ready: number
  readonly on: number
  readonly opensAt: string | undefined
  readonly word: Word
  /** By how much it is behind. */
  readonly behind: number
}

export interface Sources {
  readonly queues: Queues
  readonly standing: readonly Standing[]
  readonly promises: readonly Promised[]
  readonly lately: Hours | undefined
  readonly policy: Doc | null | undefined
}

export function queueRows(
  { queues, standing, promises, lately, policy }: Sources,
  now: number,
): readonly QueueRow[] {
  return queues.items.map((queue): QueueRow => {
    const { channel } = queue
    const stands = standing.find((each) => each.channel === channel)
    const promise = promiseOf(channel, promises, stands, policy)
    const measured = measuredOf(lately, channel)
    const longest =
      queue.oldestEnteredAt === null ? undefined : Math.max(0, now - Date.parse(queue.oldestEnteredAt))
    const booked = channel === 'callback' ? queues.promised : []
    const closed = stands?.open === false
    const worst = Math.max(longest ?? 0, measured ?? 0)
    const word: Word =
      promise !== undefined && worst > promise
        ? 'behind'
        : closed
          ? 'closed'
          : queue.signedOn === 0
            ? 'nobody'
            : promise !== undefined && worst >= CLOSE * promise
              ? 'close'
              : 'kept'
    return {
      key: `${queue.queue} ${channel}`,
      queue: queue.queue,
      channel,
      waiting: queue.waiting + queue.offered,
      booked: booked.length,
      nextBooked: booked[0]?.from,
      longest,
      promise,
      measured,
      kept: stands?.kept ?? undefined,
      ready: queue.ready,
      on: queue.signedOn,
      opensAt: closed ? (stands.opensAt ?? undefined) : undefined,
      word,
      behind: promise === undefined ? 0 : Math.max(0, worst - promise),
    }
  })
}

/** What customers are told: a promise of its own, else how the channel is offered, else when its contacts are due. */
function promiseOf(
  channel: string,
  promises: readonly Promised[],
  standing: Standing | undefined,
  policy: Doc | null | undefined,
): number | undefined {
  const own = promises.find((each) => each.channel === channel)
  if (own !== undefined) return own.threshold * SECOND
  const within = standing?.within ?? undefined
  if (within !== undefined) return 'minutes' in within ? within.minutes * 60 * SECOND : undefined
  if (at(policy, ['channels', channel, 'pace']) !== 'immediate') return undefined
  const due = secondsOf(textAt(policy, ['answerWithin', 'normal']))
  return due === undefined ? undefined : due * SECOND
}

function measuredOf(lately: Hours | undefined, channel: string): number | undefined {
  const hours = lately?.channels.find((each) => each.channel === channel)?.hours ?? []
  const median = hours.find((hour) => hour.median !== null)?.median
  return median === undefined || median === null ? undefined : median * SECOND
}

/** Where things stand, in parts that become one sentence. */
export interface Summary {
  /** The worst first. */
  readonly behind: readonly QueueRow[]
  readonly close: readonly QueueRow[]
  readonly kept: readonly QueueRow[]
  /** Open, and nobody there. */
  readonly nobody: readonly QueueRow[]
  /** How many wait on the channels that are behind. */
  readonly waiting: number
}

export function summary(rows: readonly QueueRow[]): Summary {
  const of = (word: Word): readonly QueueRow[] => rows.filter((row) => row.word === word)
  const behind = [...of('behind')].sort((one, other) => share(other) - share(one))
  return {
    behind,
    close: of('close'),
    kept: of('kept').filter(({ promise }) => promise !== undefined),
    nobody: of('nobody'),
    waiting: behind.reduce((sum, { waiting }) => sum + waiting, 0),
  }
}

function share({ behind, promise = 1 }: QueueRow): number {
  return behind / promise
}

/** Promises broken, and restored, from one look to the next. The first look changes nothing. */
export function turned(
  before: readonly QueueRow[] | undefined,
  after: readonly QueueRow[],
): { readonly broken: readonly QueueRow[]; readonly restored: readonly QueueRow[] } {
  const wordOf = (key: string): Word | undefined => before?.find((row) => row.key === key)?.word
  return {
    broken: after.filter(({ key, word }) => word === 'behind' && (wordOf(key) ?? 'behind') !== 'behind'),
    restored: after.filter(({ key, word }) => word !== 'behind' && wordOf(key) === 'behind'),
  }
}

/** Who has the skills of a queue that is behind, and is on a pause: true, and for a person to decide about. */
export function couldHelp(
  rows: readonly QueueRow[],
  agents: readonly Agent[],
  policy: Doc | null | undefined,
): readonly { readonly agent: Agent; readonly row: QueueRow }[] {
  return rows
    .filter(({ word }) => word === 'behind')
    .flatMap((row) => {
      const need = textsAt(docAt(policy, ['channels', row.channel]), ['need'])
      if (need.length === 0) return []
      return agents
        .filter(({ presence, skills }) => presence === 'paused' && need.every((one) => holds(skills, one)))
        .map((agent) => ({ agent, row }))
    })
}

function holds(skills: Agent['skills'], needed: string): boolean {
  const [name, level = '1'] = needed.split('@')
  return skills.some((one) => one.skill === name && one.level >= Number(level))
}

export interface GridCell {
  readonly from: string
  readonly until: string
  readonly state: 'measured' | 'empty' | 'closed' | 'future'
  readonly word: 'kept' | 'close' | 'missed' | null
  /** Seconds. */
  readonly median: number | null
  readonly answered: number
  readonly waiting: number
}

export interface Grid {
  /** Beginnings of hours. */
  readonly hours: readonly number[]
  readonly rows: readonly {
    readonly channel: string
    readonly promised: number | undefined
    readonly cells: readonly GridCell[]
  }[]
}

/** A day by hours: at least from 8 to 20, and whatever hours had contacts. */
export function gridOf(hours: Hours, policy: Doc | null | undefined, now: number): Grid {
  const start = Date.parse(hours.from)
  const told = hours.channels.flatMap((each) =>
    each.hours.map(({ from }) => (Date.parse(from) - start) / HOUR),
  )
  const [first, last] = [Math.min(8, ...told), Math.max(19, ...told)]
  const places = Array.from({ length: last - first + 1 }, (_, n) => first + n)
  const order = textsAt(policy, ['order'])
  const channels = [...hours.channels]
    .filter(
      ({ channel, promised, hours: own }) => promised !== null || own.length > 0 || order.includes(channel),
    )
    .sort((one, other) => order.indexOf(one.channel) - order.indexOf(other.channel))
  return {
    hours: places.map((place) => start + place * HOUR),
    rows: channels.map(({ channel, promised, hours: own }) => ({
      channel,
      promised: promised?.seconds,
      cells: places.map((place): GridCell => {
        const from = start + place * HOUR
        const found = own.find((hour) => Date.parse(hour.from) === from)
        const state =
          found !== undefined
            ? 'measured'
            : isClosedAt(policy, channel, from)
              ? 'closed'
              : from > now
                ? 'future'
                : 'empty'
        return {
          from: new Date(from).toISOString(),
          until: new Date(from + HOUR).toISOString(),
          state,
          word: found?.word ?? null,
          median: found?.median ?? null,
          answered: found?.answered ?? 0,
          waiting: found?.waiting ?? 0,
        }
      }),
    })),
  }
}

/** Whether a channel is shut all through the hour that begins then, in the policy's own zone. */
export function isClosedAt(policy: Doc | null | undefined, channel: string, from: number): boolean {
  const name = textAt(policy, ['channels', channel, 'hours'])
  const zone = textAt(policy, ['timezone'])
  const raw = name === undefined ? undefined : at(policy, ['hours', name])
  if (raw === undefined || zone === undefined) return false
  const opening = readOpening(raw)
  return [0, 15, 30, 45].every((minutes) => !isOpenAt(opening, localTime(zone, from + minutes * 60 * SECOND)))
}

function localTime(timeZone: string, at: number): { date: string; weekday: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? '0'
  const date = `${part('year')}-${part('month')}-${part('day')}`
  return {
    date,
    weekday: (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

/** In their order on the board: at work, ready, on a pause; those who are gone apart. */
export function peopleByState(agents: readonly Agent[]): {
  readonly here: readonly Agent[]
  readonly gone: readonly Agent[]
} {
  const rank = ({ presence, contacts, offers }: Agent): number =>
    contacts.length > 0 ? 0 : offers.length > 0 ? 1 : presence === 'ready' ? 2 : 3
  const isGone = ({ presence, contacts }: Agent): boolean =>
    (presence === 'signed-off' || presence === 'none') && contacts.length === 0
  return {
    here: agents.filter((agent) => !isGone(agent)).sort((one, other) => rank(one) - rank(other)),
    gone: agents.filter(isGone),
  }
}
