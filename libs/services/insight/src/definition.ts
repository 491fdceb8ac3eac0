import type { EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Stream } from '@throughline/kernel'
import { HEARD } from './metric.facts.js'
import { parseMetric } from './metric.js'
import type { Attribute } from './metric.js'

export type DefinitionEvent = EventOf<'throughline.MetricDefined.v1'>
type Document = Readonly<Record<string, unknown>>

export type DefinitionState =
  | { readonly status: 'none' }
  | { readonly status: 'defined'; readonly version: number; readonly definition: Document }

/** The versions of one metric; earlier ones stay. */
export const definitions: Stream<DefinitionState, DefinitionEvent> = {
  name: 'metric',
  initial: { status: 'none' },
  evolve(_, event) {
    const { version, definition } = event.data
    return { status: 'defined', version, definition }
  },
}

/** What names a single person or contact: a figure cut by it is no figure but a list of people. */
const NAMING: readonly Attribute[] = [
  'person', 'journey', 'contact', 'case', 'issue', 'issueWide', 'feedback', 'thing',
] // prettier-ignore

/**
 * A new version beside the earlier ones. The definition is in its written form, without name and version.
 * @throws Refused `metric.invalid`, `metric.forbidden-target`, `metric.names-people`
 */
export const defineMetric =
  (input: {
    readonly metric: string
    readonly why: string
    readonly definition: Document
    /** The version that comes with the product; 0 for none. */
    readonly shipped: number
  }): Decision<DefinitionState, DefinitionEvent> =>
  (state) => {
    const { metric, why, definition, shipped } = input
    const version = (state.status === 'none' ? shipped : state.version) + 1
    const { by } = parseMetric({ ...definition, metric, version }, HEARD)
    const naming = by.find((each) => NAMING.includes(each))
    if (naming !== undefined) {
      throw new Refused('unprocessable', 'metric.names-people', `A figure by ${naming} would name people.`, {
        field: 'definition.by',
        todo: 'Cut it by what many have in common: reason, kind of thing, channel.',
      })
    }
    if (state.status === 'defined' && JSON.stringify(state.definition) === JSON.stringify(definition))
      return []
    return [{ type: 'throughline.MetricDefined.v1', data: { metric, version, why, definition } }]
  }
