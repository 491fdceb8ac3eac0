import { DAY, MINUTE } from '@throughline/kernel'

/** Minutes of a local day, the end not included; 0 to 1440. */
export type Interval = readonly [from: number, to: number]

export interface OpeningHours {
  /** Monday first, seven days. */
  readonly week: readonly (readonly Interval[])[]
  /** By local date, `2027-01-01`; no interval is closed. */
  readonly except: Readonly<Record<string, readonly Interval[]>>
}

const HORIZON_DAYS = 400
const QUARTER = 15 * MINUTE

const formats = new Map<string, Intl.DateTimeFormat>()
// Zones change their offset on quarters of an hour only, so one answer serves the whole quarter.
const offsets = new Map<string, Map<number, number>>()

/** What to add to UTC for local time, milliseconds. */
function offsetAt(zone: string, at: number): number {
  const quarter = Math.floor(at / QUARTER)
  const byQuarter = offsets.get(zone) ?? new Map<number, number>()
  const known = byQuarter.get(quarter)
  if (known !== undefined) return known
  const parts = format(zone).formatToParts(quarter * QUARTER)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((p) => p.type === type)?.value ?? 0)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  const offset = local - Math.floor((quarter * QUARTER) / MINUTE) * MINUTE
  if (byQuarter.size > 20_000) byQuarter.clear()
  byQuarter.set(quarter, offset)
  offsets.set(zone, byQuarter)
  return offset
}

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const created = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, created)
  return created
}

export function isTimeZone(zone: string): boolean {
  try {
    format(zone)
    return true
  } catch {
    return false
  }
}

/** Local midnight of a day as if it were UTC; names a day and counts by {@link DAY}. */
function localDay(zone: string, at: number): number {
  return Math.floor((at + offsetAt(zone, at)) / DAY) * DAY
}

/** The moment of a local time; in the hour that a clock change skips, the moment after it, in a doubled hour the first. */
function momentOf(zone: string, local: number): number {
  const early = local - offsetAt(zone, local - DAY)
  const late = local - offsetAt(zone, local + DAY)
  const fits = [early, late].filter((at) => at + offsetAt(zone, at) === local)
  return fits.length > 0 ? Math.min(...fits) : Math.max(early, late)
}

/** Open stretches of one local day, as moments. */
function stretches(hours: OpeningHours, zone: string, day: number): readonly Interval[] {
  const date = new Date(day).toISOString().slice(0, 10)
  const weekday = (new Date(day).getUTCDay() + 6) % 7
  const exception = Object.hasOwn(hours.except, date) ? hours.except[date] : undefined
  return (exception ?? hours.week[weekday] ?? [])
    .map(([from, to]): Interval => [momentOf(zone, day + from * MINUTE), momentOf(zone, day + to * MINUTE)])
    .filter(([from, to]) => from < to)
}

export function isOpen(hours: OpeningHours, zone: string, at: number): boolean {
  return stretches(hours, zone, localDay(zone, at)).some(([from, to]) => from <= at && at < to)
}

/** Whether it is open from one moment to another without a break. */
export function isOpenThrough(hours: OpeningHours, zone: string, from: number, to: number): boolean {
  let at = from
  for (let days = 0; days < HORIZON_DAYS; days += 1) {
    const stretch = stretches(hours, zone, localDay(zone, at)).find(([start, end]) => start <= at && at < end)
    if (stretch === undefined) return false
    if (to < stretch[1]) return true
    at = stretch[1]
  }
  return true
}

/** When the opening that holds `at` ends; null when it is shut then, and when it never shuts in the coming year. */
export function openUntil(hours: OpeningHours, zone: string, at: number): number | null {
  if (isAlwaysOpen(hours)) return null
  let end: number | null = null
  for (let days = 0, day = localDay(zone, at); days < HORIZON_DAYS; days += 1, day += DAY) {
    for (const [from, to] of stretches(hours, zone, day)) {
      if (end === null && from <= at && at < to) end = to
      else if (end !== null && from === end) end = to
    }
    // Shut at the moment, or shut before this day was over: what opens later is another opening.
    if (end === null || end < momentOf(zone, day + DAY)) return end
  }
  return null
}

function isAlwaysOpen({ week, except }: OpeningHours): boolean {
  const closing = (day: readonly Interval[]): boolean =>
    weekGaps([{ week: week.map(() => day), except: {} }]).length > 0
  return weekGaps([{ week, except: {} }]).length === 0 && !Object.values(except).some(closing)
}

/** Open stretches of the local day that holds `at`, and of the next day after it that has any. */
export function openingsOfTwoDays(
  hours: OpeningHours,
  zone: string,
  at: number,
): { readonly today: readonly Interval[]; readonly next: readonly Interval[] } {
  const day = localDay(zone, at)
  for (let days = 1; days < HORIZON_DAYS; days += 1) {
    const next = stretches(hours, zone, day + days * DAY)
    if (next.length > 0) return { today: stretches(hours, zone, day), next }
  }
  return { today: stretches(hours, zone, day), next: [] }
}

/** The first open moment not before `at`; null when there is none in the coming year. */
export function nextOpening(hours: OpeningHours, zone: string, at: number): number | null {
  for (let days = 0, day = localDay(zone, at); days < HORIZON_DAYS; days += 1, day += DAY) {
    for (const [from, to] of stretches(hours, zone, day)) if (at < to) return Math.max(at, from)
  }
  return null
}

/** The moment by which it has been open for so long since `at`: a promise of two hours does not run overnight. */
export function afterOpenTime(
  hours: OpeningHours,
  zone: string,
  at: number,
  milliseconds: number,
): number | null {
  let left = milliseconds
  for (let days = 0, day = localDay(zone, at); days < HORIZON_DAYS; days += 1, day += DAY) {
    for (const [from, to] of stretches(hours, zone, day)) {
      const open = to - Math.max(at, from)
      if (open <= 0) continue
      if (left <= open) return Math.max(at, from) + left
      left -= open
    }
  }
  return null
}

/** The close of the so-manyth open day after the day of `at`. */
export function afterBusinessDays(
  hours: OpeningHours,
  zone: string,
  at: number,
  count: number,
): number | null {
  let left = count
  for (let days = 1, day = localDay(zone, at) + DAY; days < HORIZON_DAYS; days += 1, day += DAY) {
    const close = stretches(hours, zone, day).at(-1)?.[1]
    if (close === undefined) continue
    left -= 1
    if (left === 0) return close
  }
  return null
}

/** Minutes of the week (Monday 0:00 is 0) that none of the hours covers; exceptions by date are not looked at. */
export function weekGaps(all: readonly OpeningHours[]): readonly Interval[] {
  const open = all
    .flatMap((hours) =>
      hours.week.flatMap((day, n) => day.map(([a, b]): Interval => [n * 1440 + a, n * 1440 + b])),
    )
    .sort((a, b) => a[0] - b[0])
  const gaps: Interval[] = []
  let covered = 0
  for (const [from, to] of open) {
    if (from > covered) gaps.push([covered, from])
    covered = Math.max(covered, to)
  }
  if (covered < 7 * 1440) gaps.push([covered, 7 * 1440])
  return gaps
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** `wed 20:00 to thu 08:00`. */
export function readableGap([from, to]: Interval): string {
  const name = (minute: number) => {
    const clock = [Math.floor((minute % 1440) / 60), minute % 60]
      .map((n) => String(n).padStart(2, '0'))
      .join(':')
    return `${WEEKDAYS[Math.floor(minute / 1440) % 7] ?? ''} ${clock}`
  }
  return `${name(from)} to ${name(to)}`
}
