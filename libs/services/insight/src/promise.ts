import type { EventOf, PromiseBroken, PromisePublished } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Instant, Stream } from '@throughline/kernel'
import { requireTarget } from './metric.js'
import type { MetricDefinition } from './metric.js'
import { isClaim } from './metrics.shipped.js'

export type PromiseEvent = EventOf<'throughline.PromisePublished.v1' | 'throughline.PromiseBroken.v1'>

export type PromiseState =
  | { readonly status: 'none' }
  | {
      readonly status: 'published'
      readonly terms: PromisePublished
      /** End of the last span in which it was not kept. */
      readonly brokenUntil?: Instant
    }

/** What is promised of the answer times of one channel, version after version. */
export const promises: Stream<PromiseState, PromiseEvent> = {
  name: 'promise',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.PromisePublished.v1':
        return { ...state, status: 'published', terms: event.data }
      case 'throughline.PromiseBroken.v1':
        return state.status === 'none' ? state : { ...state, brokenUntil: event.data.until }
    }
  },
}

export interface PromiseWish {
  readonly terms: Omit<PromisePublished, 'version' | 'validFrom'>
  /** From when it holds; from now on where nobody said so. */
  readonly validFrom?: Instant
  readonly now: Instant
  /** The figure it is about, where one was named. */
  readonly target?: Pick<MetricDefinition, 'metric' | 'target'>
}

/**
 * @throws Refused `metric.forbidden-target`, `promise.not-of-answer-times`, `promise.not-measurable`,
 * `promise.back-dated`
 */
export const publishPromise =
  ({ terms, validFrom, now, target }: PromiseWish): Decision<PromiseState, PromiseEvent> =>
  (state) => {
    if (target) {
      requireTarget(target)
      if (!target.metric.startsWith('answer')) {
        throw new Refused(
          'unprocessable',
          'promise.not-of-answer-times',
          `${target.metric} is no answer time; promises are of answer times.`,
          { field: 'metric' },
        )
      }
    }
    if (!isClaim(terms.definition)) {
      throw new Refused(
        'unprocessable',
        'promise.not-measurable',
        `${terms.definition} needs voice menus and queues that are not recorded here; nobody could tell whether it is kept.`,
        { field: 'definition', todo: 'Choose one of S1 to S5.' },
      )
    }
    if (validFrom !== undefined && validFrom < now) {
      throw new Refused('unprocessable', 'promise.back-dated', 'Nothing is promised backwards.', {
        field: 'validFrom',
        todo: 'Choose a moment to come, or none for now.',
      })
    }
    if (state.status === 'published' && isSame(state.terms, terms)) return []
    const version = state.status === 'none' ? 1 : state.terms.version + 1
    const data = { ...terms, version, validFrom: validFrom ?? now }
    return [{ type: 'throughline.PromisePublished.v1', data }]
  }

/** Tells of a span in which less was kept than promised, once. @throws Refused `promise.unknown` */
export const breakPromise =
  (input: Omit<PromiseBroken, 'promiseId'>): Decision<PromiseState, PromiseEvent> =>
  (state) => {
    if (state.status === 'none') throw unknownPromise()
    if (state.brokenUntil !== undefined && input.until <= state.brokenUntil) return []
    const { promiseId } = state.terms
    return [{ type: 'throughline.PromiseBroken.v1', data: { promiseId, ...input } }]
  }

export const unknownPromise = (): Refused =>
  new Refused('not-found', 'promise.unknown', 'There is no such promise.')

function isSame(a: PromiseWish['terms'], b: PromiseWish['terms']): boolean {
  return a.definition === b.definition && a.threshold === b.threshold && a.share === b.share
}
