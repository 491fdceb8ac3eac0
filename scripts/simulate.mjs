// npm run simulate -- --seed N | --seeds A..B [--minutes M] [--verbose] [--no-faults]: the whole platform in one process on
// simulated store, bus, clock and timers. MUT=R39.<defect> breaks one of the simulated parts, to see that a seed finds it.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { install, node, run } from './prepare.mjs'

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
// It runs on the Node that the dependencies bring, on what is built.
if (process.execPath !== node) {
  await install()
  const built = await run(node, [
    'node_modules/typescript/bin/tsc',
    '-b',
    'libs/simulation',
    'apps/all-in-one',
  ])
  if (built !== 0) fail('The build failed; the errors stand above.')
  process.exit(await run(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]))
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    'no-faults': { type: 'boolean', default: false },
  },
})
const number = (name, text) =>
  /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${name} is a whole number: ${text}`)
const [first, last] = (values.seeds ?? `${values.seed ?? '1'}..${values.seed ?? '1'}`).split('..')
const from = number('seeds', first)
const to = number('seeds', last ?? '')
const defect = process.env.MUT?.replace(/^R39\./, '')

const { foundCompany, simulate } = await import('@throughline/simulation')
const { services } = await import('@throughline/app-all-in-one')
const say = (line) => process.stdout.write(`${line}\n`)

const company = await foundCompany(services)
let failures = 0
for (let seed = from; seed <= to; seed++) {
  const began = process.hrtime.bigint()
  try {
    const { passed, events, requests, crashes, duplicates, hash } = await simulate(company, {
      seed,
      defect,
      faults: !values['no-faults'],
      ...(values.minutes !== undefined && { minutes: number('minutes', values.minutes) }),
      ...(values.verbose && { tell: say }),
    })
    const took = Number(process.hrtime.bigint() - began) / 1e6
    say(
      `seed ${seed}: ${(passed / 60_000).toFixed(1)} min in ${(took / 1_000).toFixed(1)} s (${Math.round(passed / took)} times as fast), ` +
        `${events} events, ${requests} requests, ${crashes} crashes, ${duplicates} duplicates, trace ${hash}`,
    )
  } catch (error) {
    failures++
    say(`seed ${seed}: ${error.message}`)
    if (values.verbose) say(error.cause?.stack ?? '')
  }
}
if (to > from) say(`${to - from + 1} seeds, ${failures} failed`)
process.exit(failures === 0 ? 0 : 1)
