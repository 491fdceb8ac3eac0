// Everybody who watches one journey, and the one who tells; one process, so that one clock measures both.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from './lib/child.mjs'
import { quantile } from './lib/figures.mjs'

const JOURNEYS = '/api/v1/journey/journeys'
const agent = new Agent({ keepAlive: true, maxSockets: 10 })
let streams = []
let at
let told
let number = 0
let arrivals = []

serve({}, { open, tell, close })

async function open({ url, token, listeners }) {
  at = { url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }
  told = (await post(JOURNEYS, { entrance: 'need-help' })).id
  streams = await Promise.all(Array.from({ length: listeners }, () => watch(`${JOURNEYS}/${told}/live`)))
}

function watch(path) {
  return new Promise((resolve, reject) => {
    const asked = request(`${at.url}${path}`, { headers: at.headers, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
      response.setEncoding('utf8')
      response.on('data', (text) => {
        for (const [, sent] of text.matchAll(/sent-(\d+)/g)) arrivals.push([Number(sent), performance.now()])
      })
      resolve(asked)
    })
    asked.on('error', () => undefined)
    asked.end()
  })
}

async function tell({ events, perSecond }) {
  arrivals = []
  const sent = new Map()
  const began = performance.now()
  const asked = []
  for (let n = 0; n < events; n++) {
    const mine = ++number
    sent.set(mine, performance.now())
    asked.push(post(`${JOURNEYS}/${told}/facts`, { name: 'question', label: 'Says', value: `sent-${mine}` }))
    if (Number.isFinite(perSecond)) await sleep(1_000 / perSecond)
    else if (asked.length % 10 === 0) await Promise.all(asked)
  }
  await Promise.all(asked)
  const all = events * streams.length
  for (let waited = 0; arrivals.length < all && waited < 10_000; waited += 5) await sleep(5)
  if (arrivals.length < all) throw new Error(`${arrivals.length} of ${all} events arrived`)
  const taken = arrivals.map(([mine, arrived]) => arrived - sent.get(mine))
  const seconds = (Math.max(...arrivals.slice(-streams.length).map(([, arrived]) => arrived)) - began) / 1_000
  return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99), deliveries: all, seconds }
}

function close() {
  for (const stream of streams) stream.destroy()
  streams = []
}

function post(path, body) {
  return new Promise((resolve, reject) => {
    const headers = { ...at.headers, 'content-type': 'application/json' }
    const asked = request(`${at.url}${path}`, { method: 'POST', headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => (text += part))
      response.on('end', () => {
        if (response.statusCode < 300) resolve(JSON.parse(text))
        else reject(new Error(`${path}: ${response.statusCode} ${text}`))
      })
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}
