import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePast } from '../shared/past'

type When = string | number | Date

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Dates, times, waits, money and shares in the reader's language and zone. */
export class Format {
  constructor(
    readonly language: string,
    private readonly say: (key: string, values?: Record<string, unknown>) => string,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** `14:22` */
  time(at: When): string {
    return this.#date(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  }

  /** `14:20:31` */
  exactTime(at: When): string {
    return this.#date(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  }

  /** `Tue 24 Nov`; today, yesterday and tomorrow by their names; another year with its number. */
  day(at: When): string {
    const days = this.#daysFromNow(at)
    if (days === 0) return this.say('time.today')
    if (days === -1) return this.say('time.yesterday')
    if (days === 1) return this.say('time.tomorrow')
    return this.date(at)
  }

  /** `Tue 24 Nov`, never relative. */
  date(at: When): string {
    const year =
      new Date(at).getFullYear() === new Date(this.now()).getFullYear() ? {} : { year: 'numeric' as const }
    const text = this.#date(at, { weekday: 'short', day: 'numeric', month: 'short', ...year })
    return text.replaceAll(',', '').replaceAll('.', '')
  }

  /** `14:22` of today, `12 Nov` of another day, `Nov 2024` of another year. */
  brief(at: When): string {
    if (this.#daysFromNow(at) === 0) return this.time(at)
    const sameYear = new Date(at).getFullYear() === new Date(this.now()).getFullYear()
    const text = sameYear
      ? this.#date(at, { day: 'numeric', month: 'short' })
      : this.#date(at, { month: 'short', year: 'numeric' })
    return text.replaceAll('.', '')
  }

  /** `4 November`, `March 2024` when it is more than half a year ago. */
  longDay(at: When): string {
    const old = this.now() - new Date(at).getTime() > 183 * DAY
    return old
      ? this.#date(at, { month: 'long', year: 'numeric' })
      : this.#date(at, { day: 'numeric', month: 'long' })
  }

  /** `Today 14:22`, `Tue 24 Nov, 8:00`. */
  moment(at: When): string {
    const days = this.#daysFromNow(at)
    const named = days >= -1 && days <= 1
    return `${this.day(at)}${named ? ' ' : ', '}${this.time(at)}`
  }

  /** The same within a sentence: `today 14:22`, `Tue 24 Nov, 8:00`. */
  momentIn(at: When): string {
    const moment = this.moment(at)
    // Only the names of days give way: a weekday keeps what its language gave it.
    return this.day(at) === this.date(at)
      ? moment
      : moment.charAt(0).toLocaleLowerCase(this.language) + moment.slice(1)
  }

  /** `Tue 24 Nov, 8:00–12:00` */
  window(from: When, until: When): string {
    return `${this.day(from)}, ${this.time(from)}–${this.time(until)}`
  }

  /** What is shown to one who waits, from seconds: `About 2 min`, from 10 minutes on by fives, from an hour on a time of day. */
  wait(seconds: number): string {
    if (seconds < 60) return this.say('wait.under-a-minute')
    const minutes = Math.max(1, Math.round(seconds / 60))
    if (minutes >= 60) return this.say('wait.about-at', { at: this.time(this.now() + seconds * 1_000) })
    return this.say('wait.about', { count: minutes > 10 ? Math.round(minutes / 5) * 5 : minutes })
  }

  /** `1 min 40 s`, `2 h 05`, `3 d`. */
  duration(milliseconds: number): string {
    const seconds = Math.max(0, Math.round(milliseconds / 1_000))
    if (seconds < 60) return this.say('duration.seconds', { count: seconds })
    const minutes = Math.floor(seconds / 60)
    if (minutes < 60) {
      const rest = seconds % 60
      return rest === 0
        ? this.say('duration.minutes', { count: minutes })
        : this.say('duration.minutes-seconds', { minutes, seconds: rest })
    }
    const hours = Math.floor(minutes / 60)
    if (hours < 48) {
      return this.say('duration.hours-minutes', { hours, minutes: String(minutes % 60).padStart(2, '0') })
    }
    return this.say('duration.days', { count: Math.round(hours / 24) })
  }

  /** `1:48`, `11:02`, `1:02:10`: running clocks of the desk. */
  clock(milliseconds: number): string {
    const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
    const pad = (value: number): string => String(value).padStart(2, '0')
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
    return hours > 0
      ? `${String(hours)}:${pad(minutes)}:${pad(seconds % 60)}`
      : `${String(minutes)}:${pad(seconds % 60)}`
  }

  money({ amount, currency }: { readonly amount: string; readonly currency: string }): string {
    const value = Number(amount)
    const whole = Number.isInteger(value) ? { minimumFractionDigits: 0 } : {}
    return new Intl.NumberFormat(localeOf(this.language), { style: 'currency', currency, ...whole }).format(
      value,
    )
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(localeOf(this.language), { maximumFractionDigits: digits }).format(value)
  }

  list(parts: readonly string[]): string {
    return new Intl.ListFormat(localeOf(this.language), { type: 'conjunction' }).format(parts)
  }

  /** Whole days from today to that day, in the reader's zone. */
  #daysFromNow(at: When): number {
    const midnight = (when: When): number => {
      const date = new Date(when)
      return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
    }
    return Math.round((midnight(at) - midnight(this.now())) / DAY)
  }

  #date(at: When, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(localeOf(this.language), options).format(new Date(at))
  }
}

// Day before month, 24 hours: as most of the world writes it.
function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : language === 'pt' ? 'pt-PT' : language
}

export function useFormat(): Format {
  const { t, i18n } = useTranslation('shared')
  // In a past moment today is the day of that moment.
  const then = usePast()?.now
  return useMemo(
    () =>
      new Format(
        i18n.language,
        (key, values) => t(key as 'time.today', values ?? {}),
        then === undefined ? undefined : () => then,
      ),
    [t, i18n.language, then],
  )
}
