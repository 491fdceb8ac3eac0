import { DAY, HOUR, MINUTE, Refused, SECOND } from '@throughline/kernel'

/**
 * A metric is versioned data in a closed language: which event starts a unit, what counts as its outcome, when the unit
 * is mature, what is left out, by what it is cut and how sure its figure is (INSIGHT, section 3). Nothing here is code
 * of the one who defines it, so a definition travels with its figure and may be published.
 */
export const ATTRIBUTES = [
  'person', 'journey', 'contact', 'case', 'issue', 'issueWide', 'issueBy', 'thing', 'thingKind', 'reason', 'channel',
  'segment', 'article', 'articleVersion', 'dwell', 'actor', 'answers', 'waitOver', 'answered', 'resolution', 'cause',
  'satisfaction', 'feeling', 'feedback', 'handleSeconds', 'hour', 'origin', 'presses', 'helped',
] as const // prettier-ignore
export type Attribute = (typeof ATTRIBUTES)[number]

const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set(ATTRIBUTES)

export function isAttribute(name: string): name is Attribute {
  return KNOWN_ATTRIBUTES.has(name)
}

export const FOLDS = ['first', 'none', 'count', 'sum', 'duration', 'last'] as const
export const UNITS = ['contact', 'journey', 'issue', 'reading', 'feedback'] as const
export const KINDS = ['count', 'share', 'cells', 'quantile', 'ordinal', 'mean'] as const

export type Scalar = string | number | boolean
export type Test =
  | Scalar
  | readonly Scalar[]
  | { readonly not: readonly Scalar[] }
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly known: boolean }
export type Where = Readonly<Partial<Record<Attribute, Test>>>

/** A span in milliseconds, which may depend on the reason. Written `48h`, or `{default: 7d, bill: 45d}`. */
export interface Span {
  readonly default: number
  readonly reasons: Readonly<Record<string, number>>
}

export interface Source {
  /** Names without the wire's prefix and version: `ContactEnded`. Any of them. */
  readonly event: readonly string[]
  readonly where: Where
}

/**
 * Events that stand in relation to the start: the same by these attributes, another by those, on this side of it.
 * `first`: 1 if there is one. `none`: 1 if there is none. `duration`: whole seconds from the start to the first.
 * `sum` and `last` take `value` from the events, and the start itself is the first of them.
 */
export interface Clause extends Source {
  readonly fold: (typeof FOLDS)[number]
  readonly same: readonly Attribute[]
  readonly other: readonly Attribute[]
  readonly side: 'after' | 'before' | 'around'
  readonly within?: Span
  readonly value?: Attribute
}

export interface Exclusion {
  readonly id: string
  /** On the start itself. */
  readonly where?: Where
  /** Or on what stands around it. */
  readonly when?: Clause
}

export interface MetricDefinition {
  readonly metric: string
  readonly version: number
  /** One plain sentence, shown beside the figure. */
  readonly title: string
  readonly unit: (typeof UNITS)[number]
  readonly start: Source
  /** What names a unit; the first start with the same values is the unit's. */
  readonly first: readonly Attribute[]
  /** All of them true for a share; one for anything else; none where units are only counted. */
  readonly outcome: readonly Clause[]
  /** A unit counts when this has passed since its start. */
  readonly mature: Span
  /** The unit counts as soon as its outcome is there, or one of these events. */
  readonly settledBy?: Clause
  readonly exclude: readonly Exclusion[]
  readonly by: readonly Attribute[]
  readonly estimate: { readonly kind: (typeof KINDS)[number]; readonly quantiles: readonly number[] }
  readonly good: 'up' | 'down' | 'neither'
  readonly target: 'allowed' | 'forbidden'
}

/** Reported, never rewarded (C62). Prefixes of metric names. */
const NEVER_TARGETS = ['handle-time', 'contacts-per-hour', 'deflection'] as const

/**
 * Refuses a metric as the aim of a promise, a pilot, an alert or a person's page.
 * @throws Refused `metric.forbidden-target`
 */
export function requireTarget(
  definition: Pick<MetricDefinition, 'metric' | 'target'>,
  field = 'metric',
): void {
  if (definition.target === 'allowed') return
  throw new Refused(
    'unprocessable',
    'metric.forbidden-target',
    `${definition.metric} is reported, never rewarded: it cannot be the aim of a promise, a pilot, an alert or a person.`,
    { field, todo: 'Choose what the customer gets: outcome, feeling, answer time or repeat contacts.' },
  )
}

/**
 * Reads a definition from data of unknown origin, in its written form (spans as `7d`).
 * @param events names of the events that can be asked for
 * @throws Refused `metric.invalid` with the field, `metric.forbidden-target`
 */
export function parseMetric(input: unknown, events: ReadonlySet<string>): MetricDefinition {
  const at = fields(input, 'metric', [
    'metric', 'version', 'title', 'unit', 'start', 'first', 'outcome', 'mature', 'settledBy', 'exclude', 'by',
    'estimate', 'good', 'target',
  ]) // prettier-ignore
  const metric = at.metric
  if (typeof metric !== 'string' || !/^[a-z][a-z0-9-]{1,60}$/.test(metric))
    invalid('metric', 'a name like repeat-contact')
  const version = at.version
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    invalid('version', 'a number from 1')
  const outcome = list(at.outcome ?? [], 'outcome').map((each, i) =>
    clause(each, `outcome.${String(i)}`, events),
  )
  const estimate = fields(at.estimate, 'estimate', ['kind', 'quantiles'])
  const kind = oneOf(KINDS, estimate.kind, 'estimate.kind')
  if (outcome.length > 1 && kind !== 'share' && kind !== 'cells')
    invalid('outcome', 'one clause, unless it is a share')
  if (outcome.length === 0 && kind !== 'count')
    invalid('outcome', 'at least one clause, unless units are only counted')
  const definition: MetricDefinition = {
    metric,
    version,
    title: typeof at.title === 'string' ? at.title : metric,
    unit: oneOf(UNITS, at.unit, 'unit'),
    start: source(fields(at.start, 'start', ['event', 'where']), 'start', events),
    first: attributes(at.first, 'first'),
    outcome,
    mature: span(at.mature, 'mature'),
    ...(at.settledBy === undefined ? {} : { settledBy: clause(at.settledBy, 'settledBy', events) }),
    exclude: list(at.exclude ?? [], 'exclude').map((each, i) =>
      exclusion(each, `exclude.${String(i)}`, events),
    ),
    by: attributes(at.by ?? [], 'by'),
    estimate: {
      kind,
      quantiles: list(estimate.quantiles ?? [], 'estimate.quantiles').map((q) => probability(q)),
    },
    good: oneOf(['up', 'down', 'neither'], at.good, 'good'),
    target: oneOf(['allowed', 'forbidden'], at.target ?? 'allowed', 'target'),
  }
  if (!definition.first.some(isOfSomebody))
    invalid('first', `attributes with one of ${OF_SOMEBODY.join(', ')}`)
  if (isNeverTarget(definition)) requireTarget({ metric, target: 'forbidden' }, 'target')
  return definition
}

/** Handle time stays handle time under any name; so does "nobody asked for a person" told as success. */
function isNeverTarget(definition: MetricDefinition): boolean {
  if (definition.target === 'forbidden') return false
  if (NEVER_TARGETS.some((name) => definition.metric.startsWith(name))) return true
  return definition.outcome.some(
    (each) =>
      each.value === 'handleSeconds' ||
      (each.fold === 'none' && each.event.includes('ContactRequested') && each.other.length === 0),
  )
}

/** Units and joins stay within one person, so that an event concerns nobody else's figures. */
const OF_SOMEBODY = ['person', 'journey', 'contact', 'case', 'issue', 'issueWide', 'feedback'] as const

function isOfSomebody(attribute: Attribute): boolean {
  return OF_SOMEBODY.some((each) => each === attribute)
}

const CLAUSE = ['fold', 'event', 'where', 'same', 'other', 'side', 'within', 'value'] as const

function clause(input: unknown, path: string, events: ReadonlySet<string>): Clause {
  const at = fields(input, path, CLAUSE)
  const fold = oneOf(FOLDS, at.fold ?? 'first', `${path}.fold`)
  const value = at.value === undefined ? undefined : attribute(at.value, `${path}.value`)
  if ((fold === 'sum' || fold === 'last') && value === undefined)
    invalid(`${path}.value`, `an attribute to ${fold}`)
  const same = attributes(at.same, `${path}.same`)
  if (!same.some(isOfSomebody)) invalid(`${path}.same`, `attributes with one of ${OF_SOMEBODY.join(', ')}`)
  return {
    ...source(at, path, events),
    fold,
    same,
    other: attributes(at.other ?? [], `${path}.other`),
    side: oneOf(['after', 'before', 'around'], at.side ?? 'after', `${path}.side`),
    ...(at.within === undefined ? {} : { within: span(at.within, `${path}.within`) }),
    ...(value === undefined ? {} : { value }),
  }
}

function exclusion(input: unknown, path: string, events: ReadonlySet<string>): Exclusion {
  const at = fields(input, path, ['id', 'where', 'when'])
  if (typeof at.id !== 'string' || at.id === '') invalid(`${path}.id`, 'a name')
  if (at.where === undefined && at.when === undefined) invalid(path, 'a where or a when')
  return {
    id: at.id,
    ...(at.where === undefined ? {} : { where: where(at.where, `${path}.where`) }),
    ...(at.when === undefined ? {} : { when: clause(at.when, `${path}.when`, events) }),
  }
}

function source(at: Readonly<Record<string, unknown>>, path: string, events: ReadonlySet<string>): Source {
  const names = typeof at.event === 'string' ? [at.event] : list(at.event, `${path}.event`)
  const event = names.map((name) => {
    if (typeof name === 'string' && events.has(name)) return name
    return invalid(`${path}.event`, `names of events insight hears (${[...events].sort().join(', ')})`)
  })
  return { event, where: where(at.where ?? {}, `${path}.where`) }
}

function where(input: unknown, path: string): Where {
  return Object.fromEntries(
    Object.entries(fields(input, path, ATTRIBUTES)).map(([key, test]) => [
      key,
      check(test, `${path}.${key}`),
    ]),
  )
}

function check(input: unknown, path: string): Test {
  if (isScalar(input)) return input
  if (Array.isArray(input) && input.every(isScalar)) return input
  const at = fields(input, path, ['not', 'atLeast', 'atMost', 'known'])
  const not = at.not
  if (isScalar(not)) return { not: [not] }
  if (Array.isArray(not) && not.every(isScalar)) return { not }
  if (typeof at.atLeast === 'number') return { atLeast: at.atLeast }
  if (typeof at.atMost === 'number') return { atMost: at.atMost }
  if (typeof at.known === 'boolean') return { known: at.known }
  return invalid(path, 'a value, a list of values, or one of not, atLeast, atMost, known')
}

const UNIT_OF_TIME: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** `90s`, `48h`, `7d` in milliseconds. */
function milliseconds(input: unknown, path: string): number {
  const [, count, unit] = typeof input === 'string' ? (/^(\d{1,6})([smhd])$/.exec(input) ?? []) : []
  if (count === undefined || unit === undefined) return invalid(path, 'a span like 90s, 48h or 7d')
  return Number(count) * (UNIT_OF_TIME[unit] ?? 0)
}

function span(input: unknown, path: string): Span {
  if (typeof input === 'string') return { default: milliseconds(input, path), reasons: {} }
  const { default: usual, ...reasons } = fields(input, path)
  return {
    default: milliseconds(usual, `${path}.default`),
    reasons: Object.fromEntries(
      Object.entries(reasons).map(([key, each]) => [key, milliseconds(each, `${path}.${key}`)]),
    ),
  }
}

function probability(input: unknown): number {
  if (typeof input === 'number' && input > 0 && input < 1) return input
  return invalid('estimate.quantiles', 'numbers between 0 and 1')
}

function attributes(input: unknown, path: string): readonly Attribute[] {
  return list(input, path).map((each) => attribute(each, path))
}

function attribute(input: unknown, path: string): Attribute {
  return oneOf(ATTRIBUTES, input, path)
}

function oneOf<const T extends string>(allowed: readonly T[], input: unknown, path: string): T {
  return allowed.find((each) => each === input) ?? invalid(path, `one of ${allowed.join(', ')}`)
}

function list(input: unknown, path: string): readonly unknown[] {
  return Array.isArray(input) ? input : invalid(path, 'a list')
}

/** Name under which a version of a metric is kept. */
export function idOf(definition: Pick<MetricDefinition, 'metric' | 'version'>): string {
  return `${definition.metric}@${String(definition.version)}`
}

function fields(
  input: unknown,
  path: string,
  allowed?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return invalid(path, 'an object')
  const unknown = Object.keys(input).find((key) => allowed !== undefined && !allowed.includes(key))
  if (unknown !== undefined) return invalid(`${path}.${unknown}`, `one of ${(allowed ?? []).join(', ')}`)
  return { ...input }
}

function isScalar(input: unknown): input is Scalar {
  return typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean'
}

function invalid(field: string, wanted: string): never {
  throw new Refused('invalid', 'metric.invalid', `${field} must be ${wanted}.`, { field })
}
