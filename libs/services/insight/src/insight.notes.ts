import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { crc32 } from 'node:zlib'
import { HEARD } from './metric.facts.js'
import { idOf } from './metric.js'
import { parseMetric } from './metric.js'
import type { MetricDefinition } from './metric.js'
import { answeredWithin, isClaim, shippedMetrics } from './metrics.shipped.js'
import { isOf } from './recorded.js'

export const PUBLISHED = 'throughline.PromisePublished.v1'
export const DEFINED = 'throughline.MetricDefined.v1'
const VIEWED = 'throughline.ArticleViewed.v1'
const REQUESTED = 'throughline.ContactRequested.v1'
const SUMMARISED = 'throughline.ContactSummarised.v1'

/** Where a version of a metric comes from. */
export interface Origin {
  readonly why: string
  readonly definedAt?: Instant
}

/** As stored. */
interface Kept {
  readonly titles: readonly (readonly [string, string])[]
  readonly reasons: readonly (readonly [string, string])[]
  readonly causes: readonly (readonly [string, string])[]
  readonly origins: readonly (readonly [string, Origin])[]
  /** Those that are not shipped. */
  readonly definitions: readonly MetricDefinition[]
  /** Metrics whose units are kept, with the checksum of the definition they are kept by. */
  readonly built: readonly (readonly [string, number])[]
}

/** The definitions there are, and words for what figures are about: as many as there are metrics, articles and codes. */
export class InsightNotes {
  readonly titles = new Map<string, string>()
  readonly reasons = new Map<string, string>()
  readonly causes = new Map<string, string>()
  /** Metrics and versions whose units are kept. */
  readonly built = new Set<string>()
  readonly #definitions = new Map(shippedMetrics.map((metric) => [idOf(metric), metric]))
  readonly #origins = new Map<string, Origin>()

  constructor(private readonly warn: (warning: string) => void) {
    for (const id of this.#definitions.keys()) this.built.add(id)
  }

  definitions(): readonly MetricDefinition[] {
    return [...this.#definitions.values()]
  }

  definition(metric: string, version?: number): MetricDefinition | undefined {
    const versions = this.definitions().filter((each) => each.metric === metric)
    if (version !== undefined) return versions.find((each) => each.version === version)
    return versions.sort((a, b) => b.version - a.version)[0]
  }

  origin(definition: MetricDefinition): Origin {
    return this.#origins.get(idOf(definition)) ?? { why: 'Shipped with the product.' }
  }

  hear(event: RecordedEvent): void {
    if (isOf(event, VIEWED)) this.titles.set(event.data.articleId, event.data.title)
    if (isOf(event, REQUESTED) && event.data.reason)
      this.reasons.set(event.data.reason.code, event.data.reason.label)
    if (isOf(event, SUMMARISED))
      for (const { code, words } of event.data.causes) if (words !== '') this.causes.set(code, words)
    if (isOf(event, PUBLISHED)) {
      const { definition, threshold } = event.data
      const claim = isClaim(definition) ? [answeredWithin(threshold, definition)] : []
      for (const each of [...claim, answeredWithin(threshold)]) this.#define(each)
    }
    if (isOf(event, DEFINED)) {
      const { metric, version, why, definition } = event.data
      try {
        this.#define(parseMetric({ ...definition, metric, version }, HEARD))
        this.#origins.set(`${metric}@${String(version)}`, { why, definedAt: event.occurredAt })
      } catch (error) {
        // Recorded by a program that knew more than this one: the figure is missing, the others go on.
        this.warn(`${metric}@${String(version)} cannot be read: ${String(error)}`)
      }
    }
  }

  kept(): Kept {
    const shipped = new Set(shippedMetrics.map(idOf))
    return {
      titles: [...this.titles],
      reasons: [...this.reasons],
      causes: [...this.causes],
      origins: [...this.#origins],
      definitions: this.definitions().filter((definition) => !shipped.has(idOf(definition))),
      built: this.definitions().flatMap((definition) =>
        this.built.has(idOf(definition)) ? [[idOf(definition), sumOf(definition)] as const] : [],
      ),
    }
  }

  /** Takes back what {@link kept} gave. Returns the definitions whose units are kept as they are defined now. */
  restore(notes: unknown): readonly MetricDefinition[] {
    // Only `kept` wrote it, under this version.
    const { titles, reasons, causes, origins, definitions, built } = notes as Kept
    for (const [id, title] of titles) this.titles.set(id, title)
    for (const [code, words] of reasons) this.reasons.set(code, words)
    for (const [code, words] of causes) this.causes.set(code, words)
    for (const [id, origin] of origins) this.#origins.set(id, origin)
    for (const definition of definitions) this.#define(definition)
    const sums = new Map(built)
    const kept = this.definitions().filter((definition) => sums.get(idOf(definition)) === sumOf(definition))
    this.built.clear()
    for (const definition of kept) this.built.add(idOf(definition))
    return kept
  }

  #define(definition: MetricDefinition): void {
    if (!this.#definitions.has(idOf(definition))) this.#definitions.set(idOf(definition), definition)
  }
}

function sumOf(definition: MetricDefinition): number {
  return crc32(JSON.stringify(definition))
}
