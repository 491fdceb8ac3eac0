// Runs on Node 24, when everything is built: node bench/main.mjs [--quick] [--profile file] [name …]
import { parseArgs } from 'node:util'
import { commit, keep, machine, printed, writeTable } from './lib/report.mjs'

const BENCHMARKS = ['append', 'http', 'context', 'replay', 'routing', 'live', 'startup']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
})
const unknown = positionals.filter((name) => !BENCHMARKS.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`${unknown.join(', ')}: no such benchmark. There are ${BENCHMARKS.join(', ')}.\n`)
  process.exit(1)
}
const { quick, profile } = values
const names = positionals.length > 0 ? BENCHMARKS.filter((name) => positionals.includes(name)) : BENCHMARKS
const run = { date: new Date().toISOString().slice(0, 10), commit: commit(), machine: machine() }
process.stdout.write(`${JSON.stringify(run)}\n`)
const measured = []
for (const name of names) {
  const { title, settings, measure } = await import(`./${name}.mjs`)
  const sizes = settings(quick)
  process.stdout.write(`\n${name}: ${title}\n`)
  const began = performance.now()
  const rows = await measure(sizes, { profile })
  const seconds = Math.round((performance.now() - began) / 1_000)
  process.stdout.write(`${printed(rows)}\n  (${seconds} s)\n`)
  measured.push({ name, title, settings: sizes, seconds, rows })
}
// A quick run shows that everything works; its figures say nothing.
if (!quick) await writeTable(await keep(run, measured))
process.exit(0)
