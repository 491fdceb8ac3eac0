import { docAt, isDoc } from './document'
import type { Doc } from './document'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/** Open times of one day as the policy writes them: `09:00-13:00`. None: shut. */
export type Times = readonly string[]

export interface Opening {
  /** Monday first. */
  readonly week: readonly Times[]
  /** Other times of single days, by date. */
  readonly except: readonly { readonly date: string; readonly times: Times }[]
}

/** Hours as written, in one of their several forms: for every day alike, by days and runs of days, with exceptions. */
export function readOpening(raw: unknown): Opening {
  if (!isDoc(raw)) {
    const daily = readTimes(raw)
    return { week: DAYS.map(() => daily), except: [] }
  }
  const week = DAYS.map((): Times => [])
  for (const [key, value] of Object.entries(raw)) for (const day of daysOf(key)) week[day] = readTimes(value)
  const except = Object.entries(docAt(raw, ['except'])).map(([date, value]) => ({
    date,
    times: readTimes(value),
  }))
  return { week, except }
}

/** The hours with other times; members that are no days stay. */
export function writeOpening(raw: unknown, { week, except }: Opening): unknown {
  const first = week[0] ?? []
  const alike = week.every((times) => sameTimes(times, first))
  const others = isDoc(raw)
    ? Object.entries(raw).filter(([key]) => key !== 'except' && daysOf(key).length === 0)
    : []
  if (alike && except.length === 0 && others.length === 0) return writeTimes(first)
  const runs: { from: number; to: number; readonly times: Times }[] = []
  for (const [day, times] of week.entries()) {
    const last = runs.at(-1)
    if (last?.to === day - 1 && sameTimes(last.times, times)) last.to = day
    else runs.push({ from: day, to: day, times })
  }
  const days = runs
    .filter(({ times }) => times.length > 0)
    .map(({ from, to, times }): [string, unknown] => [
      from === to ? nameOf(from) : `${nameOf(from)}-${nameOf(to)}`,
      writeTimes(times),
    ])
  const dates = except.map(({ date, times }): [string, unknown] => [date, writeTimes(times)])
  return Object.fromEntries([
    ...days,
    ...(dates.length > 0 ? [['except', Object.fromEntries(dates)] as const] : []),
    ...others,
  ])
}

/** What somebody wrote into a field: `8-12, 14:00–18:30`; empty is shut. Undefined when it cannot be read. */
export function timesFrom(text: string): Times | undefined {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const read = parts.map((part) => {
    const found = /^(\d{1,2})(?:[:.h](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.h](\d{2}))?$/.exec(part)
    if (found === null) return undefined
    const [, fromHour, fromMinute = '0', toHour, toMinute = '0'] = found
    const from = Number(fromHour) * 60 + Number(fromMinute)
    const to = Number(toHour) * 60 + Number(toMinute)
    const real = Number(fromMinute) < 60 && Number(toMinute) < 60 && from < to && to <= 1_440
    return real ? ([from, to] as const) : undefined
  })
  const times = read.filter((each) => each !== undefined).sort(([one], [other]) => one - other)
  const overlap = times.some(([from], n) => n > 0 && from < (times[n - 1]?.[1] ?? 0))
  if (times.length < read.length || overlap) return undefined
  return times.map(([from, to]) => `${clock(from)}-${clock(to)}`)
}

/** `08:00–12:00, 14:00–18:00` */
export function timesShown(times: Times): string {
  return times.map((each) => each.replace('-', '–')).join(', ')
}

/** Whether these hours are open at a local minute of a weekday (Monday 0) or of a date with times of its own. */
export function isOpenAt(
  { week, except }: Opening,
  { date, weekday, minute }: { readonly date: string; readonly weekday: number; readonly minute: number },
): boolean {
  const times = except.find((each) => each.date === date)?.times ?? week[weekday] ?? []
  return times.some((each) => {
    const [from = 0, to = 0] = each.split('-').map((time) => {
      const [hour = 0, minutes = 0] = time.split(':').map(Number)
      return hour * 60 + minutes
    })
    return from <= minute && minute < to
  })
}

export function hoursOf(doc: Doc): readonly (readonly [name: string, raw: unknown])[] {
  return Object.entries(docAt(doc, ['hours']))
}

function readTimes(raw: unknown): Times {
  if (raw === 'closed') return []
  const list: readonly unknown[] = Array.isArray(raw) ? raw : [raw]
  return list.filter((one) => typeof one === 'string').sort()
}

function writeTimes(times: Times): unknown {
  return times.length === 0 ? 'closed' : times.length === 1 ? times[0] : times
}

function sameTimes(one: Times, other: Times): boolean {
  return one.join() === other.join()
}

function nameOf(day: number): string {
  return DAYS[day] ?? 'mon'
}

function daysOf(key: string): readonly number[] {
  const [from, to, more] = key.split('-').map((name) => DAYS.findIndex((day) => day === name))
  if (from === undefined || from < 0 || to === -1 || more !== undefined) return []
  return Array.from({ length: to === undefined ? 1 : ((to - from + 7) % 7) + 1 }, (_, n) => (from + n) % 7)
}

function clock(minutes: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}
