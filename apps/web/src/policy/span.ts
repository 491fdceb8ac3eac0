export const UNITS = ['s', 'm', 'h', 'd', 'bd'] as const
/** Seconds, minutes, hours, days, and days on which it is open. */
export type Unit = (typeof UNITS)[number]

/** A length of time as a policy writes it: `90s`, `2h`, `1bd`. */
export interface Span {
  readonly amount: number
  readonly unit: Unit
}

const SECONDS: Readonly<Record<Exclude<Unit, 'bd'>, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

export function readSpan(text: unknown): Span | undefined {
  const [, amount, letter] = (typeof text === 'string' ? /^(\d{1,6})(s|m|h|d|bd)$/.exec(text) : null) ?? []
  const unit = UNITS.find((each) => each === letter)
  return amount === undefined || unit === undefined ? undefined : { amount: Number(amount), unit }
}

export function writeSpan({ amount, unit }: Span): string {
  return `${String(amount)}${unit}`
}

/** Undefined for days on which it is open: how long they are depends on the hours. */
export function secondsOf(text: unknown): number | undefined {
  const span = readSpan(text)
  return span === undefined || span.unit === 'bd' ? undefined : span.amount * SECONDS[span.unit]
}

/** As few words as possible: 120 s is 2 min. */
export function spanOf(seconds: number): Span {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (seconds > 0 && seconds % SECONDS[unit] === 0) return { amount: seconds / SECONDS[unit], unit }
  }
  return { amount: seconds, unit: 's' }
}
