// The load: many customers at once over kept-alive connections, each beginning a journey and telling four facts, again and
// again. A process of its own, asked over the fork's channel; it answers commands a second and how long they took.
import { randomUUID } from 'node:crypto'
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { serve } from './lib/child.mjs'

const FACTS = ['question', 'serial', 'bought', 'tried']
const JOURNEYS = '/api/v1/journey/journeys'
let number = 0

serve({}, { run, reads, paced }, () => Promise.resolve())

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

/** The same reads again and again, in turn, as fast as they are answered. */
async function reads({ url, paths, token, connections, seconds }) {
  const times = []
  let turn = 0
  const request = {
    method: 'GET',
    setupRequest: (each, context) => {
      context.began = performance.now()
      return { ...each, path: paths[turn++ % paths.length], headers: { authorization: `Bearer ${token}` } }
    },
    onResponse: (_status, _text, context) => times.push(performance.now() - context.began),
  }
  return figures(await autocannon({ url, connections, duration: seconds, requests: [request] }), times)
}

/**
 * So many reads a second on average, each at a moment of its own whatever became of those before, as people ask (Poisson). A read
 * is timed from when it was due, so that waiting for one of the connections counts.
 */
async function paced({ url, paths, token, connections, seconds, perSecond }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const options = { agent, headers: { authorization: `Bearer ${token}` } }
  const times = []
  let failed = 0
  const one = (due) =>
    new Promise((resolve) => {
      const path = paths[asked.length % paths.length]
      const request = get(`${url}${path}`, options, (response) => {
        if (response.statusCode >= 300) failed++
        response.resume().on('end', () => {
          times.push(performance.now() - due)
          resolve()
        })
      })
      request.on('error', () => {
        failed++
        resolve()
      })
    })
  const asked = []
  const began = performance.now()
  const pause = () => (-Math.log(1 - Math.random()) * 1_000) / perSecond
  for (let due = began + pause(); due < began + seconds * 1_000; due += pause()) {
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    asked.push(one(due))
  }
  await Promise.all(asked)
  agent.destroy()
  const duration = (performance.now() - began) / 1_000
  const counts = { total: asked.length }
  return figures({ requests: counts, duration, non2xx: failed, errors: 0, timeouts: 0 }, times)
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
