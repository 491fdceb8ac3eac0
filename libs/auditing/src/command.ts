import { SqliteLogFile } from '@throughline/adapter-sqlite'
import type { Ids } from '@throughline/kernel'
import type { DecisionAuditor } from '@throughline/ports'
import { parseArgs } from 'node:util'
import { audit } from './audit.js'
import type { AuditReport, Finding } from './audit.js'

const USAGE = `npm run audit [-- --data DIR] [--from POSITION] [--json]

  --data  the data folder to audit (default: THROUGHLINE_DATA, else ./data)
  --from  derive only decisions recorded at this position or later; everything before is still read and proved
  --json  one JSON object on each line, the summary last

  Ends with 0 when all agrees, 1 when something is damaged or comes out otherwise, 2 when it could not run.
`

interface Streams {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/** The command line of the audit. Returns its exit code. */
export async function auditCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { auditors, ids }: { readonly auditors: readonly DecisionAuditor[]; readonly ids: Ids },
  { out, error }: Streams,
): Promise<0 | 1 | 2> {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        data: { type: 'string' },
        from: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    const from = Number(values.from ?? 1)
    if (values.help === true || !Number.isSafeInteger(from) || from < 1) {
      error(USAGE)
      return 2
    }
    const folder = values.data ?? environment.THROUGHLINE_DATA ?? './data'
    const log = await SqliteLogFile.open(folder)
    try {
      const json = values.json === true
      const onFinding = (finding: Finding): void => {
        out(json ? `${JSON.stringify(finding)}\n` : told(finding))
      }
      const report = await audit(log, { auditors, ids, from, onFinding })
      const copied = log.copied
      out(json ? `${JSON.stringify({ ...report, copied })}\n` : summary(report, copied))
      return report.agrees ? 0 : 1
    } finally {
      log.close()
    }
  } catch (failure) {
    error(`${failure instanceof Error ? failure.message : String(failure)}\n`)
    return 2
  }
}

function told(finding: Finding): string {
  if (finding.finding === 'damage') return `${place(finding.position)}: damaged. ${finding.says}\n`
  const { kind, position, stream, streamId, says } = finding
  const of = `${place(position)}: ${kind} of ${stream} ${streamId}`
  if (finding.finding === 'underivable') return `${of} cannot be derived. ${says}\n`
  const lines = finding.differences.map(
    ({ field, recorded, derived }) =>
      `    ${field}: recorded ${JSON.stringify(recorded)}, derived ${JSON.stringify(derived)}\n`,
  )
  return `${of} comes out otherwise. ${says}\n${lines.join('')}`
}

function place(position: number): string {
  return position === 0 ? 'file' : `position ${String(position)}`
}

function summary(
  { events, streams, head, from, damaged, decisions, agrees }: AuditReport,
  copied: boolean,
): string {
  const names = Object.keys(decisions)
  const width = Math.max(...names.map((name) => name.length), 'record'.length)
  const of = copied ? 'a copy of what a running system has' : 'the data folder'
  const rows = names.map((name) => {
    const { same = 0, different = 0, underivable = 0 } = decisions[name] ?? {}
    const all = String(same + different + underivable)
    return (
      `  ${name.padEnd(width)}  ${all} decided: ${String(same)} the same, ${String(different)} different, ` +
      `${String(underivable)} cannot be derived\n`
    )
  })
  return (
    `\nRead ${String(events)} events of ${String(streams)} streams up to position ${String(head)}, of ${of}.\n` +
    (from > 1 ? `Decisions from position ${String(from)} on were derived again.\n` : '') +
    `  ${'record'.padEnd(width)}  ${damaged === 0 ? 'every checksum, hash and position fits' : `${String(damaged)} times damaged`}\n` +
    rows.join('') +
    (agrees ? 'All agrees.\n' : 'Not all agrees: docs/guides/audit.md says what to do.\n')
  )
}
