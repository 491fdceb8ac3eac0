// Runs on Node 24, when everything is built: node bench/main.mjs [--quick] [--profile file] [name …]
import { parseArgs } from 'node:util'
import { openEngines } from './lib/engines.mjs'
import { commit, keep, machine, printed, writeTable } from './lib/report.mjs'

const ALONE = ['append', 'http', 'context', 'replay', 'routing', 'live', 'startup', 'memory']
/** Those on PostgreSQL, Kafka and Redis; `engines` names them all. */
const ON_ENGINES = ['postgres', 'relay', 'consumer', 'views', 'cluster']
const BENCHMARKS = [...ALONE, ...ON_ENGINES]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
})
const asked = positionals.flatMap((name) => (name === 'engines' ? ON_ENGINES : [name]))
const unknown = asked.filter((name) => !BENCHMARKS.includes(name))
if (unknown.length > 0) {
  const all = `${BENCHMARKS.join(', ')}; engines stands for the last ${ON_ENGINES.length}`
  process.stderr.write(`${unknown.join(', ')}: no such benchmark. There are ${all}.\n`)
  process.exit(1)
}
const { quick, profile } = values
const names = asked.length > 0 ? BENCHMARKS.filter((name) => asked.includes(name)) : BENCHMARKS
const run = { date: new Date().toISOString().slice(0, 10), commit: commit(), machine: machine() }
process.stdout.write(`${JSON.stringify(run)}\n`)
const parts = []
for (const name of names) parts.push({ name, ...(await import(`./${name}.mjs`)) })
const engines = await openEngines([...new Set(parts.flatMap(({ needs = [] }) => needs))])
for (const about of Object.values(engines.about)) process.stdout.write(`${about}\n`)
for (const [engine, why] of Object.entries(engines.missing))
  process.stderr.write(`${engine}: missing: ${why}\n`)
const measured = []
const left = []
for (const { name, title, settings, measure, needs = [] } of parts) {
  const lacks = needs.filter((engine) => engine in engines.missing)
  if (lacks.length > 0) {
    left.push(`${name}: not measured, for it needs ${lacks.join(' and ')}`)
    continue
  }
  const sizes = settings(quick)
  process.stdout.write(`\n${name}: ${title}\n`)
  const began = performance.now()
  const rows = await measure(sizes, { profile, engines })
  const seconds = Math.round((performance.now() - began) / 1_000)
  process.stdout.write(`${printed(rows)}\n  (${seconds} s)\n`)
  const on = needs.map((engine) => engines.about[engine])
  measured.push({ name, title, settings: sizes, seconds, ...(on.length > 0 && { engines: on }), rows })
}
engines.stop()
for (const line of left) process.stderr.write(`${line}\n`)
// A quick run shows that everything works; its figures say nothing.
if (!quick && measured.length > 0) await writeTable(await keep(run, measured))
// Who asked for it by name expects it.
process.exit(left.length > 0 && asked.length > 0 ? 1 : 0)
