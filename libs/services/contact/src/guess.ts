import { fromInstant, HOUR, Refused, SECOND } from '@throughline/kernel'
import type { DomainEvent, Instant, Stream } from '@throughline/kernel'

/** Somebody tried a code or token. It counts before anybody looks whether it is right: parallel tries count too. */
export type ContinuationTried = DomainEvent<
  'throughline.ContinuationTried.v1',
  { readonly tryId: string; readonly at: Instant }
>

/** The try was right and counts no longer. Earlier wrong ones still do: a code of one's own buys no new tries. */
export type ContinuationTryRight = DomainEvent<
  'throughline.ContinuationTryRight.v1',
  { readonly tryId: string }
>

export type GuessEvent = ContinuationTried | ContinuationTryRight

interface Try {
  readonly tryId: string
  readonly at: Instant
}

interface Wish extends Try {
  /** Tries that may be wrong in any hour. */
  readonly most: number
}

export interface GuessState {
  readonly tries: readonly Try[]
}

/**
 * Tries of one caller, or of all who say nothing of themselves, in one hour of the clock: a stream that only grew would
 * cost more with every try. The hour before it counts too, so whoever decides brings its tries along.
 */
export const guesses: Stream<GuessState, GuessEvent> = {
  name: 'guess',
  initial: { tries: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.ContinuationTried.v1': {
        // Older ones can never count again, and a state that only grew would slow down who tries most.
        const recent = state.tries.filter(({ at }) => fromInstant(event.data.at) - fromInstant(at) < HOUR)
        return { tries: [...recent, event.data] }
      }
      case 'throughline.ContinuationTryRight.v1':
        return { tries: state.tries.filter(({ tryId }) => tryId !== event.data.tryId) }
    }
  },
}

/** Wrong tries of one caller in an hour. */
export const MOST_TRIES = 5

/** Which hour of the clock a moment falls into: a part of its stream's id. */
export const hourOf = (at: Instant): number => Math.floor(fromInstant(at) / HOUR)

export const tryContinuation =
  ({ tryId, at, most, before = [] }: Wish & { readonly before?: readonly Try[] }) =>
  (state: GuessState): readonly GuessEvent[] => {
    const tries = [...before, ...state.tries]
    if (tries.some((each) => each.tryId === tryId)) return []
    refuseTooMany(tries, { at, most })
    return [{ type: 'throughline.ContinuationTried.v1', data: { tryId, at } }]
  }

/** @throws Refused `contact.too-many-tries` when these, without the one at hand, leave none */
export function refuseTooMany(tries: readonly Try[], { at, most }: Pick<Wish, 'at' | 'most'>): void {
  const recent = tries.filter((each) => fromInstant(at) - fromInstant(each.at) < HOUR)
  const oldest = recent[0]
  if (recent.length < most || oldest === undefined) return
  throw new Refused('too-many', 'contact.too-many-tries', 'Too many codes were tried.', {
    todo: 'Sign in to go on, or try later.',
    retryAfter: Math.max(1, Math.ceil((fromInstant(oldest.at) + HOUR - fromInstant(at)) / SECOND)),
  })
}

export const tryWasRight =
  ({ tryId }: { readonly tryId: string }) =>
  (state: GuessState): readonly GuessEvent[] =>
    state.tries.some((each) => each.tryId === tryId)
      ? [{ type: 'throughline.ContinuationTryRight.v1', data: { tryId } }]
      : []
