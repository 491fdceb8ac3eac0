import { compared, quantile, takeTurns } from './lib/figures.mjs'
import { inside } from './lib/paths.mjs'

const { Matcher } = inside('libs/services/routing/dist/matcher/matcher.js')
const { NaiveMatcher } = inside('libs/services/routing/dist/matcher/matcher.naive.js')

export const title = 'an agent frees and gets the next contact, each decision followed by an arrival'
export const settings = (quick) => ({
  waiting: quick ? 300 : 10_000,
  agents: quick ? 50 : 2_000,
  skills: 40,
  decisions: quick ? 100 : 20_000,
  scans: quick ? 100 : 1_500,
  /** The specs' reference decides everything the matcher decides, and is slow. */
  naiveDecisions: quick ? 5 : 200,
  rounds: quick ? 1 : 3,
})

/** The mixes of skills: what contacts ask for, and how many kinds of agents there are. */
const MIXES = [
  { what: 'random sets, every agent different', sets: 0, profiles: 0 },
  { what: '56 sets, every agent different', sets: 56, profiles: 0 },
  { what: 'random sets, 100 profiles', sets: 0, profiles: 100 },
  { what: '56 sets, 40 profiles', sets: 56, profiles: 40 },
]

export async function measure(sizes) {
  const rows = []
  for (const mix of MIXES) {
    const taken = await takeTurns(
      {
        ours: (round) => freed(new Matcher(), mix, sizes, sizes.decisions, round),
        scan: (round) => freed(new Scan(), mix, sizes, sizes.scans, round),
      },
      sizes.rounds,
      { warm: sizes.rounds > 1 ? 1 : 0 },
    )
    rows.push(
      compared({
        what: mix.what,
        unit: 'decisions/s',
        ours: taken.ours.perSecond,
        against: 'a scan of all that wait',
        reference: taken.scan.perSecond,
        target: { ratio: 80 },
        beyond: 150,
      }),
      compared({
        what: `${mix.what}: p99 of a decision`,
        unit: 'ms',
        better: 'less',
        ours: taken.ours.p99,
        against: 'a scan of all that wait',
        reference: taken.scan.p99,
        target: { most: 0.1 },
      }),
    )
  }
  const arrivals = await takeTurns(
    {
      ours: (round) => arrived(new Matcher(), MIXES[0], sizes, sizes.decisions, round),
      naive: (round) => arrived(new NaiveMatcher(), MIXES[0], sizes, sizes.naiveDecisions, round),
    },
    sizes.rounds,
  )
  rows.push(
    compared({
      what: 'a contact arrives and all agents are ready',
      unit: 'decisions/s',
      ours: arrivals.ours.perSecond,
      against: "the specs' reference",
      reference: arrivals.naive.perSecond,
    }),
    compared({
      what: 'a contact arrives and all agents are ready: p99',
      unit: 'ms',
      better: 'less',
      ours: arrivals.ours.p99,
      against: "the specs' reference",
      reference: arrivals.naive.p99,
      target: { most: 0.1 },
    }),
  )
  return rows
}

/**
 * What one would write first: of the waiting contacts those that the freed agent has the skills for, and of these the one
 * that is due first. Kept here as it is, for the shape of its objects alone moves it tenfold.
 */
class Scan {
  #agents = new Map()
  #idle = new Set()
  #waiting = []
  #busy = new Map()
  #found

  weigh() {}
  signOn({ id, skills }) {
    this.#agents.set(id, new Set(skills))
  }
  enqueue({ id, dueBy, seq, must }) {
    const contact = { id, dueBy, seq, skills: must.skills }
    for (const agent of this.#idle) {
      if (fits(contact, this.#agents.get(agent))) {
        this.#found = { step: 'offer', contact: id, agent }
        return
      }
    }
    this.#waiting.push(contact)
  }
  becomeReady(id) {
    const has = this.#agents.get(id)
    const [best] = this.#waiting.filter((contact) => fits(contact, has)).sort(byDue)
    this.#idle.add(id)
    if (best === undefined) return
    this.#waiting.splice(this.#waiting.indexOf(best), 1)
    this.#found = { step: 'offer', contact: best.id, agent: id }
  }
  next() {
    const found = this.#found
    this.#found = undefined
    return found
  }
  offer(contact, agent) {
    this.#found = undefined
    if (this.#waiting.at(-1)?.id === contact) this.#waiting.pop()
    this.#idle.delete(agent)
    this.#busy.set(contact, agent)
  }
  assign() {}
  finish(contact) {
    const agent = this.#busy.get(contact)
    this.#busy.delete(contact)
    this.becomeReady(agent)
  }
}

function fits({ skills }, has) {
  return skills.every((skill) => has.has(skill))
}

function byDue(a, b) {
  return a.dueBy - b.dueBy || a.seq - b.seq
}

/** A small generator of known quality (mulberry32), so that every run draws the same. */
function drawing(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
  }
}

/** Agents, and what the next contact asks for. */
function world(matcher, { sets, profiles }, { agents, skills }, seed) {
  const draw = drawing(seed + 1)
  const some = (count) => {
    const chosen = new Set()
    while (chosen.size < count) chosen.add(`s${draw(skills)}`)
    return [...chosen]
  }
  matcher.weigh('chat', { weight: 100, inactiveWeight: 100 })
  const kinds = Array.from({ length: profiles }, () => some(6 + draw(5)))
  const ids = Array.from({ length: agents }, (_, n) => `a${n}`)
  for (const id of ids) {
    const own = profiles > 0 ? kinds[draw(profiles)] : some(6 + draw(5))
    matcher.signOn({ id, skills: own, languages: [], channels: ['chat'], capacity: 100 })
  }
  const asked = Array.from({ length: sets }, () => some(1 + draw(3)))
  let seq = 0
  const arrive = () => {
    const need = sets > 0 ? asked[draw(sets)] : some(1 + draw(3))
    const id = `c${seq}`
    matcher.enqueue({
      id,
      channel: 'chat',
      dueBy: seq + draw(1_000),
      seq: seq++,
      must: { skills: need },
      rings: [],
    })
    return id
  }
  return { ids, arrive, draw }
}

/** Every agent is busy; one frees, and gets the contact that is due first of those it has the skills for; another arrives. */
function freed(matcher, mix, sizes, decisions, seed) {
  const { ids, arrive, draw } = world(matcher, mix, sizes, seed)
  const busy = new Map()
  const match = () => {
    for (let step = matcher.next(); step?.step === 'offer'; step = matcher.next()) {
      matcher.offer(step.contact, step.agent)
      matcher.assign(step.contact)
      busy.set(step.agent, step.contact)
    }
  }
  for (const [n, id] of ids.entries()) matcher.becomeReady(id, n)
  for (const id of ids) {
    const contact = arrive()
    matcher.offer(contact, id)
    matcher.assign(contact)
    busy.set(id, contact)
  }
  for (let n = 0; n < sizes.waiting; n++) arrive()
  const taken = []
  for (let n = 0; n < decisions; n++) {
    const id = ids[draw(ids.length)]
    const contact = busy.get(id)
    if (contact === undefined) continue
    const from = performance.now()
    matcher.finish(contact, sizes.waiting + n)
    const step = matcher.next()
    if (step?.step === 'offer') {
      matcher.offer(step.contact, step.agent)
      matcher.assign(step.contact)
    }
    taken.push(performance.now() - from)
    busy.delete(id)
    if (step?.step === 'offer') busy.set(step.agent, step.contact)
    match()
    arrive()
    match()
  }
  return figures(taken)
}

/** Nobody waits; a contact arrives, gets the best of all ready agents, and gives the agent back. */
function arrived(matcher, mix, sizes, decisions, seed) {
  const { ids, arrive } = world(matcher, mix, sizes, seed)
  for (const [n, id] of ids.entries()) matcher.becomeReady(id, n)
  const taken = []
  for (let n = 0; n < decisions; n++) {
    const from = performance.now()
    const id = arrive()
    const step = matcher.next()
    if (step?.step === 'offer') {
      matcher.offer(step.contact, step.agent)
      matcher.assign(step.contact)
      matcher.finish(step.contact, n)
    } else matcher.leave(id)
    taken.push(performance.now() - from)
  }
  return figures(taken)
}

/** Decisions in a second of deciding: what feeds the contenders is not counted, for any of them. */
function figures(taken) {
  const total = taken.reduce((sum, each) => sum + each, 0)
  return { perSecond: (taken.length / total) * 1_000, p99: quantile(taken, 0.99) }
}
