import { operatorOf, runningOn } from '@throughline/client'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { importCsv } from './import.js'
import { readMapping } from './mapping.js'

const USAGE = `npm run import -- --mapping FILE.yaml FILE.csv

  --mapping  how columns become journeys; libs/importing/mappings has cfpb.yaml and tickets.yaml
  --data     the data folder of the system to import into (default: THROUGHLINE_DATA, else ./data)
  --at-once  rows on their way at once (default 16)
`

interface Streams {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/**
 * The command line of the import: 0 when every row is in, 2 when some were refused, 1 when nothing could be done.
 * `now` in milliseconds since 1970.
 */
export async function importCommand(
  parameters: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  now: number,
  { out, error }: Streams,
): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: { mapping: { type: 'string' }, data: { type: 'string' }, 'at-once': { type: 'string' } },
    })
    const [file, more] = positionals
    if (values.mapping === undefined || file === undefined || more !== undefined) {
      error(USAGE)
      return 1
    }
    const mapping = readMapping(await readFile(values.mapping, 'utf8'))
    const data = values.data ?? environment.THROUGHLINE_DATA ?? './data'
    const running = await runningOn(data)
    if (running === undefined) {
      error(`Nothing runs on ${data}. Start it with npm start, or let npm run import start it.\n`)
      return 1
    }
    const report = await importCsv({
      file,
      mapping,
      now,
      client: await operatorOf(data, running.url),
      atOnce: Number(values['at-once'] ?? '16') || 16,
      onRefused: (line, why) => {
        error(`line ${String(line)}: ${why}\n`)
      },
      onProgress: ({ rows, refused, share }) => {
        if (rows % 1_000 === 0) {
          out(
            `${String(Math.floor(share * 100)).padStart(3)} %  ${String(rows)} rows, ${String(refused)} refused\n`,
          )
        }
      },
    })
    out(
      `${String(report.rows)} rows: ${String(report.imported)} imported, ${String(report.known)} known already, ` +
        `${String(report.rows - report.imported - report.known)} refused\n`,
    )
    return report.imported + report.known === report.rows ? 0 : 2
  } catch (failure) {
    if (failure instanceof Error) {
      error(`${failure.message}\n`)
      return 1
    }
    throw failure
  }
}
