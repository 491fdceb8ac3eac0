import type { KeptPlace, Proved } from '@throughline/adapter-sqlite'
import type { Ids } from '@throughline/kernel'
import type {
  DecisionAudit,
  DecisionAuditor,
  Derived,
  LogReader,
  Otherwise,
  RecordedEvent,
} from '@throughline/ports'

/** A log as an audit reads it: once from the first record to the last, and here and there beside. */
export interface AuditedLog extends LogReader {
  readonly head: number
  readonly streams: number
  /** How far those who read it had come. */
  readonly places: readonly KeptPlace[]
  /** Every record in order, with what does not fit. */
  prove(): Iterable<Proved>
  /** What is wrong with the file as such. */
  structure(): readonly string[]
}

interface OfDecision {
  /** What was decided: `channels`, `agent`, `article`. */
  readonly kind: string
  readonly position: number
  readonly event: string
  readonly stream: string
  readonly streamId: string
}

/** One thing that does not agree, as it is told while the audit goes on. */
export type Finding =
  | { readonly finding: 'damage'; readonly position: number; readonly says: string }
  | (OfDecision & {
      readonly finding: 'different'
      /** What it should have been. */
      readonly says: string
      readonly differences: readonly Otherwise[]
    })
  | (OfDecision & { readonly finding: 'underivable'; readonly says: string })

export interface Tally {
  readonly same: number
  readonly different: number
  readonly underivable: number
}

export interface AuditReport {
  readonly events: number
  readonly streams: number
  readonly head: number
  /** Decisions from this position on were derived again. */
  readonly from: number
  readonly damaged: number
  /** By what was decided. */
  readonly decisions: Readonly<Record<string, Tally>>
  /** Nothing is damaged and nothing comes out otherwise. */
  readonly agrees: boolean
}

export interface AuditOptions {
  readonly auditors: readonly DecisionAuditor[]
  readonly ids: Ids
  /** Decisions before this position are not derived again; everything before it is read and proved all the same. */
  readonly from?: number
  readonly onFinding: (finding: Finding) => void
}

const NONE: Tally = { same: 0, different: 0, underivable: 0 }

/**
 * Proves every record of a log, and derives every decision in it again by the code that made it. Findings are handed on
 * as they come up; nothing is kept of the log but counts, so that its length does not matter.
 */
export async function audit(log: AuditedLog, options: AuditOptions): Promise<AuditReport> {
  const { auditors, ids, from = 1, onFinding } = options
  const audits = auditors.map((make) => make({ log, ids }))
  const decisions = new Map<string, Tally>(audits.map(({ kind }) => [kind, NONE]))
  let [events, damaged] = [0, 0]
  let firstDamage: number | undefined
  const damage = (position: number, says: string): void => {
    damaged += 1
    onFinding({ finding: 'damage', position, says })
  }
  const witnesses = log.places.filter(({ hash }) => hash !== undefined)
  for (const record of log.prove()) {
    if ('damage' in record) {
      firstDamage ??= record.position
      damage(record.position, record.damage)
      continue
    }
    events += 1
    const { event, position } = record
    for (const { reader, hash } of witnesses.filter((each) => each.position === position))
      if (hash !== event.hash) damage(position, `it is not the event that the ${reader} of bus.db saw here`)
    if (position < from) continue
    for (const each of audits) {
      if (!each.on.includes(event.type)) continue
      const derived = await deriveOf(each, event, firstDamage)
      decisions.set(each.kind, counted(decisions.get(each.kind) ?? NONE, derived))
      if (derived.outcome !== 'same') onFinding(findingOf(each.kind, event, derived))
    }
  }
  for (const line of log.structure()) damage(0, `the file: ${line}`)
  const { head } = log
  for (const { reader, position } of log.places)
    if (position > head)
      damage(head + 1, `${reader} has read up to ${String(position)}, and the log ends at ${String(head)}`)
  const tallies = [...decisions.values()]
  return {
    events,
    streams: log.streams,
    head,
    from,
    damaged,
    decisions: Object.fromEntries(decisions),
    agrees: damaged === 0 && tallies.every(({ different }) => different === 0),
  }
}

/** What rests on a damaged record is not judged: it would be found different for no fault of its own. */
async function deriveOf(
  one: DecisionAudit,
  event: RecordedEvent,
  damagedAt: number | undefined,
): Promise<Derived> {
  if (damagedAt !== undefined)
    return {
      outcome: 'underivable',
      because: `The record is damaged at position ${String(damagedAt)}, before it.`,
    }
  try {
    return await one.derive(event)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return { outcome: 'underivable', because: `Its derivation failed: ${cause}` }
  }
}

function counted(tally: Tally, { outcome }: Derived): Tally {
  return { ...tally, [outcome]: tally[outcome] + 1 }
}

function findingOf(
  kind: string,
  { position, id, stream, streamId }: RecordedEvent,
  derived: Exclude<Derived, { readonly outcome: 'same' }>,
): Finding {
  const of = { kind, position, event: id, stream, streamId }
  return derived.outcome === 'different'
    ? { finding: 'different', ...of, says: derived.says, differences: derived.differences }
    : { finding: 'underivable', ...of, says: derived.because }
}
