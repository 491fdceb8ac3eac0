import { DAY, fromInstant } from '@throughline/kernel'

/** Something sent to a customer, by whichever part of the company. */
export interface Letter {
  readonly id: string
  readonly at: string
  readonly by: 'marketing' | 'correspondence' | 'email' | 'message'
  readonly title: string
  readonly template?: string
  /** The thing it is about: an item's id, or the name of a product. */
  readonly about?: string
}

/** A letter with how many about the same thing went out in the seven days up to it, itself included (C40). */
export interface Sent extends Letter {
  readonly inSevenDays: number
}

/** Letters about the same thing in the seven days up to this one; what is about nothing known stands alone. */
export function together(letter: Letter, letters: readonly Letter[]): number {
  if (letter.about === undefined) return 1
  const until = fromInstant(letter.at)
  return letters.filter(({ about, at }) => {
    const then = fromInstant(at)
    return about === letter.about && then <= until && then > until - 7 * DAY
  }).length
}
