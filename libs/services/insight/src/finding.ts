import type { EventOf, InsightRaised } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Instant, Stream } from '@throughline/kernel'

export type FindingEvent = EventOf<
  | 'throughline.InsightRaised.v1'
  | 'throughline.FindingAssigned.v1'
  | 'throughline.FindingActedOn.v1'
  | 'throughline.FindingClosed.v1'
  | 'throughline.FindingReopened.v1'
>

interface Known {
  readonly findingId: string
  readonly department?: string
  readonly actBy?: Instant
  /** What was done, in order. */
  readonly done: readonly string[]
}

export type FindingState =
  | { readonly status: 'none' }
  | ({ readonly status: 'open' } & Known)
  | ({ readonly status: 'closed'; readonly helped: boolean } & Known)

type Decided = Decision<FindingState, FindingEvent>

/** A figure that says somebody should act, and what came of it: raised, assigned, acted on, measured, closed (C42). */
export const findings: Stream<FindingState, FindingEvent> = {
  name: 'finding',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.InsightRaised.v1')
      return { status: 'open', findingId: event.data.findingId, done: [] }
    if (state.status === 'none') return state
    switch (event.type) {
      case 'throughline.FindingAssigned.v1':
        return { ...state, department: event.data.department, actBy: event.data.actBy }
      case 'throughline.FindingActedOn.v1':
        return { ...state, done: [...state.done, event.data.what] }
      case 'throughline.FindingClosed.v1':
        return { ...state, status: 'closed', helped: event.data.helped }
      case 'throughline.FindingReopened.v1':
        return { ...state, status: 'open' }
    }
  },
}

export const unknownFinding = (): Refused =>
  new Refused('not-found', 'finding.unknown', 'There is no such finding.')

function open(state: FindingState): Extract<FindingState, { readonly status: 'open' }> {
  switch (state.status) {
    case 'none':
      throw unknownFinding()
    case 'open':
      return state
    case 'closed':
      throw new Refused('conflict', 'finding.closed', 'This finding is closed.', {
        todo: 'Reopen it where it did not hold.',
      })
  }
}

export const raiseFinding =
  (input: InsightRaised): Decided =>
  (state) =>
    state.status === 'none' ? [{ type: 'throughline.InsightRaised.v1', data: input }] : []

/** @throws Refused `finding.unknown`, `finding.closed`, `finding.act-by-past` */
export const assignFinding =
  (input: { readonly department: string; readonly actBy: Instant; readonly now: Instant }): Decided =>
  (state) => {
    const { findingId, department, actBy } = open(state)
    if (input.department === department && input.actBy === actBy) return []
    if (input.actBy <= input.now) {
      throw new Refused('unprocessable', 'finding.act-by-past', 'The time to act by is past.', {
        field: 'actBy',
        todo: 'Choose a moment to come.',
      })
    }
    const data = { findingId, department: input.department, actBy: input.actBy }
    return [{ type: 'throughline.FindingAssigned.v1', data }]
  }

/** @throws Refused `finding.unknown`, `finding.closed`, `finding.unassigned` */
export const actOnFinding =
  (input: { readonly what: string; readonly link?: string }): Decided =>
  (state) => {
    const { findingId, department, done } = open(state)
    if (department === undefined) {
      throw new Refused('conflict', 'finding.unassigned', 'No department answers for this finding yet.', {
        todo: 'Assign it first.',
      })
    }
    if (done.includes(input.what)) return []
    return [{ type: 'throughline.FindingActedOn.v1', data: { findingId, ...input } }]
  }

/** @throws Refused `finding.unknown`, `finding.closed`, `finding.nothing-done` */
export const closeFinding =
  (input: { readonly helped: boolean; readonly why: string }): Decided =>
  (state) => {
    if (state.status === 'closed' && state.helped === input.helped) return []
    const { findingId, done } = open(state)
    if (input.helped && done.length === 0) {
      throw new Refused('conflict', 'finding.nothing-done', 'Nothing was done that could have helped.', {
        field: 'helped',
        todo: 'Say what was done, or close it as not helped.',
      })
    }
    return [{ type: 'throughline.FindingClosed.v1', data: { findingId, ...input } }]
  }

/** @throws Refused `finding.unknown` */
export const reopenFinding =
  (input: { readonly why: string }): Decided =>
  (state) => {
    if (state.status === 'none') throw unknownFinding()
    if (state.status === 'open') return []
    return [{ type: 'throughline.FindingReopened.v1', data: { findingId: state.findingId, ...input } }]
  }
