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

export interface GuessState {
  readonly tries: readonly Try[]
}

/** Tries of one caller, or of all who say nothing of themselves. */
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

export const tryContinuation =
  ({ tryId, at, most }: { readonly tryId: string; readonly at: Instant; readonly most: number }) =>
  (state: GuessState): readonly GuessEvent[] => {
    if (state.tries.some((each) => each.tryId === tryId)) return []
    const recent = state.tries.filter((each) => fromInstant(at) - fromInstant(each.at) < HOUR)
    const oldest = recent[0]
    if (recent.length >= most && oldest !== undefined) {
      throw new Refused('too-many', 'contact.too-many-tries', 'Too many codes were tried.', {
        todo: 'Sign in to go on, or try later.',
        retryAfter: Math.max(1, Math.ceil((fromInstant(oldest.at) + HOUR - fromInstant(at)) / SECOND)),
      })
    }
    return [{ type: 'throughline.ContinuationTried.v1', data: { tryId, at } }]
  }

export const tryWasRight =
  ({ tryId }: { readonly tryId: string }) =>
  (state: GuessState): readonly GuessEvent[] =>
    state.tries.some((each) => each.tryId === tryId)
      ? [{ type: 'throughline.ContinuationTryRight.v1', data: { tryId } }]
      : []
