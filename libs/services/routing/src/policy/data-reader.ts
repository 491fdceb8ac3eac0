import { DAY, HOUR, MINUTE, SECOND } from '@throughline/kernel'

/** One thing wrong with a policy: where, and a sentence. */
export interface PolicyProblem {
  readonly field: string
  readonly problem: string
}

export type Members = Readonly<Record<string, unknown>>

const UNITS = new Map([
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
])
const NAME = /^[a-z][a-z0-9-]*$/

export function isMembers(raw: unknown): raw is Members {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

/** Reads plain data into values. What does not fit is noted with its place, and a stand-in given, so that reading goes on. */
export class DataReader {
  readonly problems: PolicyProblem[] = []

  protected time(raw: unknown, field: string): number {
    const found = typeof raw === 'string' ? /^(\d{1,6})([smhd])$/.exec(raw) : null
    const unit = UNITS.get(found?.[2] ?? '')
    if (found !== null && unit !== undefined) return Number(found[1]) * unit
    this.refuse(field, 'A duration is a whole number with s, m, h or d, such as 90s or 2h.')
    return 0
  }

  protected oneOrMore(raw: unknown, field: string): readonly string[] {
    return this.list(Array.isArray(raw) ? raw : [raw], field, (one, place) => this.text(one, place))
  }

  protected record<T>(
    raw: unknown,
    field: string,
    read: (one: unknown, field: string) => T,
  ): Readonly<Record<string, T>> {
    const entries = Object.entries(this.members(raw, field)).map(([name, one]): [string, T] => {
      const place = `${field}.${name}`
      this.name(name, place)
      return [name, read(one, place)]
    })
    return Object.fromEntries(entries)
  }

  protected list<T>(raw: unknown, field: string, read: (one: unknown, field: string) => T): readonly T[] {
    if (Array.isArray(raw)) return raw.map((one: unknown, n) => read(one, `${field}.${String(n)}`))
    this.refuse(field, 'A list is expected here.')
    return []
  }

  protected members(raw: unknown, field: string): Members {
    if (isMembers(raw)) return raw
    this.refuse(field, 'Named members are expected here.')
    return {}
  }

  protected only(members: Members, at: string, known: readonly string[]): void {
    for (const name of Object.keys(members)) {
      if (!known.includes(name))
        this.refuse(`${at}${name}`, `There is no such setting; known are ${known.join(', ')}.`)
    }
  }

  protected among<T extends string>(raw: unknown, field: string, choices: readonly [T, ...T[]]): T {
    const found = choices.find((choice) => choice === raw)
    if (found !== undefined) return found
    this.refuse(field, `This is one of ${choices.join(', ')}.`)
    return choices[0]
  }

  protected name(raw: unknown, field: string): string {
    if (typeof raw === 'string' && NAME.test(raw)) return raw
    this.refuse(field, 'A name is small letters, digits and hyphens.')
    return ''
  }

  protected text(raw: unknown, field: string): string {
    if (typeof raw === 'string' && raw !== '') return raw
    this.refuse(field, 'A text is expected here.')
    return ''
  }

  protected truth(raw: unknown, field: string): boolean {
    if (typeof raw === 'boolean') return raw
    this.refuse(field, 'This is true or false.')
    return false
  }

  protected count(raw: unknown, field: string): number {
    if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) return raw
    this.refuse(field, 'A whole number is expected here.')
    return 0
  }

  protected refuse(field: string, problem: string): void {
    this.problems.push({ field, problem })
  }
}
