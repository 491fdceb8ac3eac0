// The load: many customers at once over kept-alive connections, each beginning a journey and telling four facts, again and
// again. A process of its own, asked over the fork's channel; it answers commands a second and how long they took.
import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import { serve } from './lib/child.mjs'

const FACTS = ['question', 'serial', 'bought', 'tried']
const JOURNEYS = '/api/v1/journey/journeys'
let number = 0

serve({}, { run, reads }, () => Promise.resolve())

/** `visible`: each command is followed by a read of the caller's list that waits for it (Min-Position). */
async function run({ url, tokens = [], connections, seconds, visible = false }) {
  const times = []
  const done = (context) => times.push(performance.now() - context.began)
  const headers = (context, more) => ({
    'content-type': 'application/json',
    ...(context.token !== undefined && { authorization: `Bearer ${context.token}` }),
    ...more,
  })
  const command = (body, path, keep) => ({
    method: 'POST',
    path: JOURNEYS,
    body: JSON.stringify(body),
    setupRequest: (request, context) => {
      context.token ??= tokens[number++ % Math.max(1, tokens.length)]
      context.began = performance.now()
      return {
        ...request,
        path: path(context),
        headers: headers(context, { 'idempotency-key': randomUUID() }),
      }
    },
    onResponse: (_status, text, context, answered) => {
      keep(context, text)
      context.position = answered['throughline-position'] ?? answered['Throughline-Position']
      if (!visible) done(context)
    },
  })
  const read = {
    method: 'GET',
    path: `${JOURNEYS}?limit=1`,
    setupRequest: (request, context) => ({
      ...request,
      headers: headers(context, { 'min-position': context.position }),
    }),
    onResponse: (_status, _text, context) => done(context),
  }
  const begin = command(
    { entrance: 'need-help' },
    () => JOURNEYS,
    (context, text) => (context.journey = JSON.parse(text).id),
  )
  const tells = FACTS.map((name) =>
    command(
      {
        name,
        label: 'Says',
        value: 'It started after the machine was moved on Wednesday; since then water stays in the drum.',
      },
      ({ journey }) => `${JOURNEYS}/${journey}/facts`,
      () => undefined,
    ),
  )
  const requests = [begin, ...tells].flatMap((one) => (visible ? [one, read] : [one]))
  const result = await autocannon({ url, connections, duration: seconds, requests })
  return figures(result, times)
}

/** The same read again and again, so many in a second or as fast as they are answered. */
async function reads({ url, path, token, connections, seconds, perSecond }) {
  const times = []
  const request = {
    method: 'GET',
    path,
    setupRequest: (each, context) => {
      context.began = performance.now()
      return { ...each, headers: { authorization: `Bearer ${token}` } }
    },
    onResponse: (_status, _text, context) => times.push(performance.now() - context.began),
  }
  return figures(
    await autocannon({
      url,
      connections,
      duration: seconds,
      requests: [request],
      ...(perSecond && { overallRate: perSecond }),
    }),
    times,
  )
}

function figures(result, times) {
  const sorted = Float64Array.from(times).sort()
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    perSecond: sorted.length / result.duration,
    requests: result.requests.total,
    failed: result.non2xx + result.errors + result.timeouts,
    p50: at(0.5),
    p99: at(0.99),
  }
}
