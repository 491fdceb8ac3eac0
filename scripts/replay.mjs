// npm run replay -- JOURNEY | --case CASE | --offer OFFER | --channels JOURNEY, with --position N, --at INSTANT, --until INSTANT,
// --as customer: prints what was known of a journey or a case, now or at a moment, or what was or would have been offered.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './prepare.mjs'

const USAGE = `npm run replay -- JOURNEY            what an agent's screen knew of a journey
npm run replay -- --case CASE        the case as the team saw it
npm run replay -- --offer OFFER      the channels that were offered, with all they were decided from
npm run replay -- --channels JOURNEY the channels that would have been offered at a moment
  --position N     as known when the log stood here
  --at INSTANT     as known at this moment: what was recorded up to it
  --until INSTANT  as it was at this moment: what had happened by it, whenever it was recorded
  --as customer    with her eyes (a journey or a case)
  --data FOLDER    the data of the running server; ./data where absent`

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

const text = { type: 'string' }
const options = {
  position: text,
  at: text,
  until: text,
  as: text,
  case: text,
  offer: text,
  channels: text,
  data: text,
}
function given() {
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    return fail(`${error.message}\n${USAGE}`)
  }
}
const { values, positionals } = given()

/** What to ask for, and which of the options it takes. */
function asked() {
  const [journey, ...more] = positionals
  const wishes = [
    journey && {
      path: `/api/v1/journey/journeys/${encodeURIComponent(journey)}/context`,
      takes: ['position', 'at', 'until', 'as'],
    },
    values.case && {
      path: `/api/v1/case/cases/${encodeURIComponent(values.case)}`,
      takes: ['position', 'at', 'until', 'as'],
    },
    values.offer && { path: `/api/v1/routing/decisions/${encodeURIComponent(values.offer)}`, takes: [] },
    values.channels && {
      path: `/api/v1/routing/journeys/${encodeURIComponent(values.channels)}/channels`,
      takes: ['position', 'at'],
    },
  ].filter(Boolean)
  if (wishes.length !== 1 || more.length > 0) fail(USAGE)
  const [{ path, takes }] = wishes
  const query = new URLSearchParams()
  for (const name of ['position', 'at', 'until', 'as']) {
    if (values[name] === undefined) continue
    if (!takes.includes(name)) fail(`--${name} says nothing here.\n${USAGE}`)
    query.set(name === 'until' ? 'occurredUntil' : name, values[name])
  }
  return query.size === 0 ? path : `${path}?${query}`
}

const path = asked()
const data = resolve(root, values.data ?? process.env.THROUGHLINE_DATA ?? './data')
if (!existsSync(join(data, 'running.json'))) fail(`Nothing runs on ${data}. Start it with npm start.`)
const { url } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))

async function json(path, init) {
  const response = await fetch(`${url}${path}`, init).catch(() =>
    fail(`Nothing answers at ${url}. Start it with npm start.`),
  )
  const body = await response.json()
  if (!response.ok) fail(`${body.title} (${body.code})`)
  return body
}

const clientSecret = readFileSync(join(data, 'secrets', 'operator.secret'), 'utf8')
const { accessToken } = await json('/api/v1/identity/tokens', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ clientId: 'operator', clientSecret }),
})
const told = await json(path, { headers: { authorization: `Bearer ${accessToken}` } })
process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`)
