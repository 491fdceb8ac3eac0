/** The matcher inside a small simulation, against the closed forms of queueing theory (Erlang C and A). */
import { Matcher } from './matcher.js'

interface Case {
  /** Per hour. */
  readonly arrivals: number
  /** Mean handle time, seconds. */
  readonly handle: number
  readonly agents: number
  /** Mean patience, seconds. */
  readonly patience: number
}

interface Figures {
  readonly waits: number
  readonly meanWait: number
  readonly abandoned: number
  readonly queue: number
}

/** A birth and death chain with death rate `min(n, s)μ + (n − s)⁺θ`. Endless patience is Erlang C. */
function closedForm({ arrivals, handle, agents, patience }: Case): Figures {
  const [lambda, mu, theta] = [arrivals / 3600, 1 / handle, 1 / patience]
  let weight = 1
  let [total, busy, queue] = [1, 0, 0]
  for (let n = 1; n < agents + 3000; n += 1) {
    weight *= lambda / (Math.min(n, agents) * mu + Math.max(0, n - agents) * theta)
    total += weight
    if (n >= agents) busy += weight
    queue += Math.max(0, n - agents) * weight
  }
  const length = queue / total
  return {
    waits: busy / total,
    meanWait: length / lambda,
    abandoned: (theta * length) / lambda,
    queue: length,
  }
}

const ERLANG: readonly (readonly [Case, Figures])[] = [
  [
    { arrivals: 360, handle: 240, agents: 26, patience: Infinity },
    { waits: 0.5967, meanWait: 71.6, abandoned: 0, queue: 7.16 },
  ],
  [
    { arrivals: 360, handle: 240, agents: 30, patience: Infinity },
    { waits: 0.1729, meanWait: 6.914, abandoned: 0, queue: 0.6914 },
  ],
  [
    { arrivals: 60, handle: 180, agents: 4, patience: Infinity },
    { waits: 0.5094, meanWait: 91.7, abandoned: 0, queue: 1.528 },
  ],
  [
    { arrivals: 360, handle: 240, agents: 26, patience: 120 },
    { waits: 0.3137, meanWait: 7.016, abandoned: 0.0585, queue: 0.7016 },
  ],
  [
    { arrivals: 360, handle: 240, agents: 24, patience: 120 },
    { waits: 0.4469, meanWait: 11.39, abandoned: 0.0949, queue: 1.139 },
  ],
  [
    { arrivals: 360, handle: 240, agents: 20, patience: 120 },
    { waits: 0.7143, meanWait: 24.17, abandoned: 0.2014, queue: 2.417 },
  ],
  [
    { arrivals: 1000, handle: 300, agents: 80, patience: 300 },
    { waits: 0.6572, meanWait: 19.88, abandoned: 0.0663, queue: 5.522 },
  ],
]

/** A small generator of known quality (mulberry32), so that every run draws the same. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

interface Batch {
  readonly count: number
  readonly waits: number
  readonly wait: number
  readonly abandoned: number
}

/** Events in order of time: an arrival, somebody's patience ends, an agent is done. */
function simulate(of: Case, count: number, batches: number, targets: readonly number[]): readonly Batch[] {
  const draw = uniform(42)
  const after = (mean: number) => -mean * Math.log(1 - draw())
  const matcher = new Matcher()
  for (let n = 0; n < of.agents; n += 1) {
    matcher.signOn({ id: `a${String(n)}`, skills: [], languages: [], channels: ['phone'], capacity: 100 })
    matcher.becomeReady(`a${String(n)}`, 0)
  }
  const pending = new Map<number, { readonly at: number; readonly waited: boolean }>()
  const tally = Array.from({ length: batches }, () => ({ count: 0, waits: 0, wait: 0, abandoned: 0 }))
  const events: { at: number; kind: 'arrive' | 'leave' | 'done'; n: number }[] = []
  const add = (at: number, kind: 'arrive' | 'leave' | 'done', n: number) => {
    let low = 0
    let high = events.length
    // Latest first, so that the next is popped.
    while (low < high) {
      const middle = (low + high) >> 1
      if ((events[middle]?.at ?? 0) > at) low = middle + 1
      else high = middle
    }
    events.splice(low, 0, { at, kind, n })
  }
  add(0, 'arrive', 0)
  for (let event = events.pop(); event !== undefined; event = events.pop()) {
    const { at, kind, n } = event
    const batch = tally[Math.floor((n * batches) / count)]
    if (batch === undefined) break
    if (kind === 'arrive') {
      const target = targets[Math.floor(draw() * targets.length)] ?? 0
      matcher.enqueue({
        id: `c${String(n)}`,
        channel: 'phone',
        dueBy: at + target,
        seq: n,
        must: { skills: [] },
        rings: [],
      })
      pending.set(n, { at, waited: false })
      batch.count += 1
      if (n + 1 < count) add(at + after(3600 / of.arrivals), 'arrive', n + 1)
    } else if (kind === 'done') {
      matcher.finish(`c${String(n)}`, at)
    } else if (matcher.phaseOf(`c${String(n)}`) === 'waiting') {
      matcher.leave(`c${String(n)}`)
      batch.abandoned += 1
      batch.wait += at - (pending.get(n)?.at ?? at)
      pending.delete(n)
    }
    for (let step = matcher.next(); step?.step === 'offer'; step = matcher.next()) {
      matcher.offer(step.contact, step.agent)
      matcher.assign(step.contact)
      const who = step.seq
      const own = tally[Math.floor((who * batches) / count)]
      if (own !== undefined) own.wait += at - (pending.get(who)?.at ?? at)
      pending.delete(who)
      add(at + after(of.handle), 'done', who)
    }
    if (kind === 'arrive' && pending.has(n)) {
      batch.waits += 1
      if (of.patience !== Infinity) add(at + after(of.patience), 'leave', n)
    }
  }
  return tally
}

/** Mean over the batches after the first, which starts empty, and its standard error. */
function estimate(
  batches: readonly Batch[],
  of: (batch: Batch) => number,
): readonly [mean: number, error: number] {
  const values = batches.slice(1).map((batch) => of(batch) / batch.count)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return [mean, Math.sqrt(variance / values.length)]
}

function near(batches: readonly Batch[], of: (batch: Batch) => number, expected: number): void {
  const [mean, error] = estimate(batches, of)
  expect(Math.abs(mean - expected)).toBeLessThan(Math.max(3 * error, 0.03 * expected))
}

describe('the figures of queueing theory', () => {
  it.each(ERLANG)('are what the closed forms give: %j', (of, figures) => {
    const found = closedForm(of)
    expect(found.waits).toBeCloseTo(figures.waits, 4)
    expect(found.abandoned).toBeCloseTo(figures.abandoned, 4)
    expect(found.meanWait / figures.meanWait).toBeCloseTo(1, 3)
    expect(found.queue / figures.queue).toBeCloseTo(1, 3)
  })

  it.each(ERLANG.filter(([of]) => of.patience === 120))(
    'are met by the matcher in a simulation: %j',
    (of, figures) => {
      const batches = simulate(of, 33_000, 11, [0])
      near(batches, (batch) => batch.waits, figures.waits)
      near(batches, (batch) => batch.abandoned, figures.abandoned)
      near(batches, (batch) => batch.wait, figures.meanWait)
    },
  )

  it('do not change for the mean wait when targets differ: the order only deals it out', () => {
    const [of, figures] = [{ arrivals: 360, handle: 240, agents: 24, patience: 120 }, { meanWait: 11.39 }]
    near(simulate(of, 33_000, 11, [30, 90, 180]), (batch) => batch.wait, figures.meanWait)
  })
})
