// npm run test:defects [-- NAME …]: shows that the tests of docs/reliability.md can fail. Each seeded defect of
// defects.json is switched on for the tests of its row, and the run fails where they stay green.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, node, root } from './prepare.mjs'
import { enginesForTests } from './test-engines.mjs'

const wanted = process.argv.slice(2)
const all = JSON.parse(readFileSync(join(root, 'scripts/defects.json'), 'utf8'))
// `R05` takes every defect of the row, `R05.normal` the one.
const chosen = all.filter(
  ({ defect, row }) => wanted.length === 0 || wanted.includes(defect) || wanted.includes(row),
)
if (chosen.length === 0) {
  process.stderr.write(`No such defect. There are: ${all.map(({ defect }) => defect).join(', ')}\n`)
  process.exit(1)
}
await install()
await build()

const engines = await enginesForTests(['--runTestsByPath', ...new Set(chosen.map(({ spec }) => spec))])
const result = join(root, 'node_modules/.throughline-defect.json')
const wrong = []
const untried = []
for (const { defect, row, spec, what } of chosen) {
  if (engines.ignored.some((pattern) => new RegExp(pattern).test(spec))) {
    process.stdout.write(`-     ${defect}: an engine of its test is not here\n`)
    untried.push(defect)
    continue
  }
  const { status, stdout, stderr } = spawnSync(
    node,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--config=jest.config.cjs',
      '--runTestsByPath',
      spec,
      '--testNamePattern',
      `\\b${row}\\b`,
      '--json',
      `--outputFile=${result}`,
    ],
    { cwd: root, env: { ...process.env, ...engines.environment, MUT: defect }, encoding: 'utf8' },
  )
  // A spec that cannot be loaded is red too, and shows nothing.
  const { numFailedTests = 0 } = status === 0 ? {} : JSON.parse(readFileSync(result, 'utf8'))
  const red = numFailedTests > 0
  process.stdout.write(`${red ? 'red  ' : 'GREEN'} ${defect}: ${what}\n`)
  if (red) continue
  wrong.push(defect)
  if (status !== 0) process.stderr.write(`${stdout}\n${stderr}\n`)
}
await engines.stop()
for (const { engine, why } of engines.missing) process.stdout.write(`\nNot here: ${engine}: ${why}\n`)
const tried = chosen.length - untried.length
process.stdout.write(
  wrong.length === 0
    ? `\n${untried.length === 0 ? 'All ' : ''}${String(tried)} seeded defects were found${untried.length === 0 ? '' : `, ${untried.length} could not be tried`}.\n`
    : `\nNot found by their tests: ${wrong.join(', ')}\n`,
)
process.exit(wrong.length === 0 ? 0 : 1)
