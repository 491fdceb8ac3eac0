// bench/results.json and the table in docs/performance.md.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { here, root } from './paths.mjs'

const RESULTS = join(here, 'results.json')
const PAGE = join(root, 'docs/performance.md')
const [BEGIN, END] = ['<!-- results: npm run bench -->', '<!-- end of results -->']
const FILE_SYSTEMS = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x1021994: 'tmpfs',
  0x794c7630: 'overlay',
}

export function machine() {
  const { type } = statfsSync(tmpdir())
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${release().split('-')[0]}`,
    fileSystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
    node: process.versions.node,
    sqlite: process.versions.sqlite ?? 'unknown',
  }
}

export function commit() {
  try {
    const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' and changes'}`
  } catch {
    return 'unknown'
  }
}

/** Keeps the figures of benchmarks that did not run this time, each with the run that they are of. */
export async function keep(run, benchmarks) {
  const kept = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')).benchmarks : {}
  const now = Object.fromEntries(benchmarks.map(({ name, ...measured }) => [name, { ...measured, run }]))
  const all = { ...kept, ...now }
  const text = JSON.stringify({ benchmarks: all })
  writeFileSync(RESULTS, await format(text, { ...(await resolveConfig(RESULTS)), filepath: RESULTS }))
  return all
}

export async function writeTable(benchmarks) {
  const page = readFileSync(PAGE, 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`${PAGE} has no place for the results`)
  const written = `${before}${BEGIN}\n\n${table(benchmarks)}\n${END}${after}`
  // As every other file of the repository.
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }))
}

function table(benchmarks) {
  const runs = [...new Set(Object.values(benchmarks).map(({ run }) => JSON.stringify(run)))].map((text) =>
    JSON.parse(text),
  )
  const lines = runs.map(({ date, commit: of, machine: on }) => {
    const { processors, processor, memory, system, fileSystem, node, sqlite } = on
    return `${date}, commit ${of}: ${processors} × ${processor}, ${memory}, ${system}, ${fileSystem}, Node ${node}, SQLite ${sqlite}.`
  })
  const head = '| what | ours | reference | ratio | to reach |\n| --- | --- | --- | --- | --- |'
  const parts = Object.entries(benchmarks).map(
    ([name, { title, rows, engines: on }]) =>
      `### ${name}: ${title}\n\n${on === undefined ? '' : `On ${on.join(', ')}.\n\n`}${head}\n${rows.map(line).join('\n')}\n`,
  )
  return `${lines.join('\n')}\n\n${parts.join('\n')}`
}

function line(row) {
  if (row.notMeasured !== undefined) return `| ${row.what} | not measured: ${row.notMeasured} | | | |`
  const ours = `${figure(row.ours.median)} ${row.unit} (${figure(row.ours.p10)} to ${figure(row.ours.p90)})`
  const reference = row.reference ? `${row.against}: ${figure(row.reference.median)}` : ''
  const ratio = row.ratio
    ? `**${figure(row.ratio.median)}** (${figure(row.ratio.p10)} to ${figure(row.ratio.p90)})`
    : ''
  return `| ${row.what} | ${ours} | ${reference} | ${ratio} | ${toReach(row)} |`
}

export function toReach({ target, reached, unit, beyond }) {
  if (target === undefined) return ''
  const { ratio, most, least } = target
  const wanted =
    ratio !== undefined
      ? figure(ratio)
      : most !== undefined
        ? `≤ ${most} ${unit}`
        : `≥ ${figure(least)} ${unit}`
  return `${wanted}${beyond === undefined ? '' : ` (beyond: ${figure(beyond)})`}: ${reached ? 'reached' : 'missed'}`
}

/** Three digits that count, thousands apart. */
export function figure(value) {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-GB')
  return String(Number(value.toPrecision(3)))
}

/** What a benchmark found, for the terminal. */
export function printed(rows) {
  return rows
    .map((row) => {
      if (row.notMeasured !== undefined) return `  ${row.what}: not measured: ${row.notMeasured}`
      const against = row.reference
        ? `   × ${figure(row.ratio.median)} (${figure(row.ratio.p10)} to ${figure(row.ratio.p90)}) of ${row.against}, ${figure(row.reference.median)}`
        : ''
      const wanted = toReach(row)
      return `  ${row.what}: ${figure(row.ours.median)} ${row.unit}${against}${wanted === '' ? '' : `   [${wanted}]`}`
    })
    .join('\n')
}
