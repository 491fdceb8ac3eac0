import { cellText } from './figure'

/** What the address holds of every page: what is looked at, of when, as known when. */
export interface Filters {
  readonly things?: string
  readonly channel?: string
  /** A day of the reader's zone, `2026-11-22`, or a moment. `until` is the last day that counts. */
  readonly from?: string
  readonly until?: string
  /** A moment and a position of the log: figures as they were then, as known then. */
  readonly asWas?: string
  readonly known?: string
}

const NAMES = ['things', 'channel', 'from', 'until', 'asWas', 'known'] as const

export function filtersIn(search: string): Filters {
  const given = new URLSearchParams(search)
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = given.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  )
}

/** The filters as an address holds them, with what else it holds: `` or `?things=purchase`. */
export function addressOf(
  path: string,
  filters: Filters,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  return `${path}${queryOf({ ...Object.fromEntries(NAMES.map((name) => [name, filters[name]])), ...more })}`
}

/** `?a=1&b=2` of what is given, or nothing. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The span and the moments as the API takes them. */
export function momentsOf({
  from,
  until,
  asWas,
  known,
}: Filters): Readonly<Record<string, string | undefined>> {
  return {
    from: from === undefined ? undefined : startOf(from),
    until: until === undefined ? undefined : startOf(until, 1),
    asWas,
    known,
  }
}

/** Of a day its first moment in the reader's zone, some days on; a moment stays. */
function startOf(text: string, days = 0): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) {
    return Number.isNaN(Date.parse(text)) ? undefined : text
  }
  const date = new Date(Number(year), Number(month) - 1, Number(day) + days)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** The day some days before a moment, in the reader's zone: `2026-11-22`. */
export function dayBefore(now: number, days: number): string {
  const date = new Date(now)
  date.setDate(date.getDate() - days)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${String(date.getFullYear())}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** Where the journeys behind a number are listed. */
export function journeysOf(
  figure: {
    readonly metric: string
    readonly version?: number
    readonly cell?: Readonly<Record<string, string | number | boolean | undefined>>
    readonly value?: number
  },
  { from, until, asWas, known }: Filters,
): string {
  const { metric, version, cell = {}, value } = figure
  return `/desk/insight/journeys${queryOf({ metric, version, cell: cellText(cell), value, from, until, asWas, known })}`
}
