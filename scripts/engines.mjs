// npm run engines [-- start|stop|status|packages] [kafka|redis|postgres …] [--folder DIR] [--kafka-port N …]: real engines on this
// machine without Docker, their data in ./data/engines. Ends with 0 when all that was asked for is so, with 1 otherwise.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CannotStart, ENGINES, jarsOf, runningOf, start, stop } from './engines/machine.mjs'
import { root } from './prepare.mjs'

const USAGE = `npm run engines                       starts Kafka, Redis and PostgreSQL, and prints how to reach them
npm run engines -- stop               ends them; their data stays
npm run engines -- status             what runs
npm run engines -- start kafka redis  only these
npm run engines -- packages           Debian's packages that are missing for them
  --kafka-port N     or KAFKA_PORT=N; 9092 where absent
  --redis-port N     or REDIS_PORT=N; 6379 where absent
  --postgres-port N  or POSTGRES_PORT=N; 5432 where absent
  --folder DIR       where their data is; ./data/engines where absent`

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
const say = (line) => process.stdout.write(`${line}\n`)

function given() {
  const text = { type: 'string' }
  const options = { folder: text, help: { type: 'boolean', short: 'h' } }
  for (const { name } of ENGINES) options[`${name}-port`] = text
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    return fail(`${error.message}\n${USAGE}`)
  }
}

const { values, positionals } = given()
if (values.help) {
  say(USAGE)
  process.exit(0)
}
const isCommand = ['start', 'stop', 'status', 'packages'].includes(positionals[0])
const command = isCommand ? positionals[0] : 'start'
const names = positionals.slice(isCommand ? 1 : 0)
for (const name of names) {
  if (!ENGINES.some((engine) => engine.name === name)) fail(`${name} is no engine of these.\n${USAGE}`)
}
const chosen = ENGINES.filter(({ name }) => names.length === 0 || names.includes(name))
const folder = values.folder === undefined ? join(root, 'data/engines') : resolve(values.folder)

function portOf({ name, port, portVariable }) {
  const said = values[`${name}-port`] ?? process.env[portVariable]
  if (said === undefined || said === '') return port
  const number = Number(said)
  if (/^\d+$/.test(said) && number > 0 && number < 65_536) return number
  return fail(`--${name}-port (${portVariable}) is a whole number from 1 to 65535: ${said}`)
}

const wide = (text) => text.padEnd(15)

async function startAll() {
  const ports = new Map(chosen.map((engine) => [engine, portOf(engine)]))
  mkdirSync(folder, { recursive: true })
  const up = []
  let problems = 0
  for (const engine of chosen) {
    const port = ports.get(engine)
    try {
      const { version, ran } = await start(engine, { folder, port })
      say(`${wide(engine.label)}${version} on 127.0.0.1:${port}${ran ? ', ran already' : ''}`)
      up.push([engine.variable, engine.address(port)], ...(engine.settings ?? []))
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error
      problems++
      say(`${wide(engine.label)}not started: ${error.message}`)
    }
  }
  if (up.length > 0) say(`\n${up.map(([name, address]) => `export ${name}=${address}`).join('\n')}`)
  say(
    '# EVENTSTORE_URL: EventStoreDB is no package of Debian; PostgreSQL is the store here. With Docker there is',
  )
  say('# docker compose up eventstore, and then EVENTSTORE_URL=esdb://127.0.0.1:2113?tls=false')
  if (up.length > 0) say(`\nData in ${folder}. npm run engines -- stop ends them.`)
  return problems
}

async function stopAll() {
  const words = { stopped: 'stopped', killed: 'killed, because it did not end in time', gone: 'did not run' }
  // Who was started last ends first.
  for (const engine of chosen.toReversed?.() ?? [...chosen].reverse())
    say(`${wide(engine.label)}${words[await stop(engine, folder)]}`)
  return 0
}

async function tellAll() {
  let problems = 0
  for (const engine of chosen) {
    const note = runningOf(engine, folder)
    const version = note && (await engine.answers(note.port))
    if (version === undefined) problems++
    const where = note && `process ${note.pid} on 127.0.0.1:${note.port}`
    if (note === undefined) say(`${wide(engine.label)}does not run`)
    else if (version === undefined) say(`${wide(engine.label)}does not answer, ${where}`)
    else
      say(`${wide(engine.label)}${version} runs, ${where}, ${engine.variable}=${engine.address(note.port)}`)
  }
  return problems
}

function packages() {
  const missing = new Set(chosen.flatMap((engine) => engine.packages(jarsOf(folder))))
  if (missing.size > 0) say([...missing].join(' '))
  return 0
}

const commands = { start: startAll, stop: stopAll, status: tellAll, packages }
const problems = await commands[command]()
process.exit(problems === 0 ? 0 : 1)
