// npm run replay -- JOURNEY [--position N | --at INSTANT]: prints what was known of a journey, now or at a moment.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './prepare.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    position: { type: 'string' },
    at: { type: 'string' },
    until: { type: 'string' },
    data: { type: 'string' },
  },
})
const data = resolve(root, values.data ?? process.env.THROUGHLINE_DATA ?? './data')
const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
if (positionals.length !== 1) {
  fail(
    'npm run replay -- JOURNEY [--position N | --at INSTANT] [--until INSTANT]   (--until: what had happened by then)',
  )
}
if (!existsSync(join(data, 'running.json'))) fail(`Nothing runs on ${data}. Start it with npm start.`)
const { url } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))
const json = async (path, init) => {
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
const query = new URLSearchParams()
if (values.position) query.set('position', values.position)
if (values.at) query.set('at', values.at)
if (values.until) query.set('occurredUntil', values.until)
const context = await json(
  `/api/v1/journey/journeys/${encodeURIComponent(positionals[0])}/context?${query}`,
  {
    headers: { authorization: `Bearer ${accessToken}` },
  },
)
process.stdout.write(`${JSON.stringify(context, undefined, 2)}\n`)
