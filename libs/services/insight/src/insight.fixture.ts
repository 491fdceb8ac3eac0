import { DAY, toInstant } from '@throughline/kernel'
import type { InsightEvent } from './metric.facts.js'
import { MetricFold } from './metric.fold.fixture.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'

/** 2 November 2026, a Monday, at nine. */
export const START = Date.parse('2026-11-02T09:00:00.000Z')

export interface Told {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
  /** Milliseconds after {@link START}. */
  readonly at: number
  readonly journey?: string
  readonly customer?: string
  readonly actor?: string
}

/** Events as the log holds them: told in this order, so positions count from 1. */
export function log(told: readonly Told[]): readonly InsightEvent[] {
  return told.map((each, index) => ({
    id: `e${String(index + 1)}`,
    type: `throughline.${each.name}.v1`,
    data: { ...(each.journey === undefined ? {} : { journeyId: each.journey }), ...each.data },
    occurredAt: toInstant(START + each.at),
    recordedAt: toInstant(START + each.at),
    position: index + 1,
    sequence: 0,
    stream: 'any',
    streamId: 'any',
    ...(each.journey === undefined ? {} : { journeyId: each.journey }),
    ...(each.customer === undefined ? {} : { customerId: each.customer }),
    actor: each.actor ?? `customer:${each.customer ?? 'unknown'}`,
  }))
}

export interface ContactSketch {
  readonly contact: string
  readonly customer: string
  readonly at: number
  readonly thing?: string
  readonly reason?: string
  readonly channel?: string
  readonly caseId?: string
  /** Seconds until a person answers; absent for one who left. */
  readonly answered?: number
  readonly lasts?: number
  readonly issue?: 'same' | 'new'
  readonly outcome?: string
}

/** A contact from asking to summary, in a journey of its own. */
export function contactOf(sketch: ContactSketch): readonly Told[] {
  const { contact, customer, at, channel = 'phone', answered, lasts = 300_000 } = sketch
  const of = { journey: `j-${contact}`, customer }
  const item = { id: sketch.thing ?? 'dishwasher', kind: 'purchase', title: 'A thing' }
  const reason = { code: sketch.reason ?? 'water-leak', label: 'Why' }
  const about = sketch.caseId === undefined ? {} : { caseId: sketch.caseId }
  const requested = {
    contactId: contact,
    person: { id: customer },
    channel,
    item,
    reason,
    readings: [],
    ...about,
  }
  const staff = { ...of, actor: 'staff:s1' }
  const asked: Told = { name: 'ContactRequested', data: requested, at, ...of }
  if (answered === undefined) {
    return [
      asked,
      { name: 'ContactLeft', data: { contactId: contact, why: 'gave-up' }, at: at + 60_000, ...of },
    ]
  }
  const end = at + answered * 1000 + lasts
  return [
    asked,
    {
      name: 'ContactConnected',
      data: { contactId: contact, leg: 1, channel },
      at: at + answered * 1000,
      ...staff,
    },
    {
      name: 'ContactEnded',
      data: { contactId: contact, by: 'agent', answeredBy: 'person', channel },
      at: end,
      ...staff,
    },
    {
      name: 'ContactSummarised',
      data: {
        contactId: contact,
        channel,
        outcome: sketch.outcome ?? 'resolved',
        ...(sketch.issue ? { issue: sketch.issue } : {}),
        causes: [],
      },
      at: end + 1000,
      ...staff,
    },
  ]
}

/** When everything told has matured. */
export const LATER = START + 100 * DAY

/** Live units of a shipped metric after a history. */
export function rows(metric: string, told: readonly Told[]): readonly FactRow[] {
  const fold = new MetricFold(
    [...shippedMetrics, answeredWithin(20), answeredWithin(20, 'S1'), answeredWithin(70, 'S4')],
    ISSUE_WINDOW,
    LATER,
  )
  fold.apply(log(told))
  const definition = fold.definition(metric)
  if (!definition) throw new Error(`no ${metric}`)
  return fold.rows(definition)
}

/** The value of one unit after a history. */
export const value = (metric: string, told: readonly Told[], unit: string) =>
  rows(metric, told).find((row) => row.unit === unit)?.value
