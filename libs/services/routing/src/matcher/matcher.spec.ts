import fc from 'fast-check'
import { Matcher } from './matcher.js'
import { NaiveMatcher } from './matcher.naive.js'
import type { AgentProfile, Matching, OfferStep, QueueEntry, Requirement, Step } from './matching.js'

/** One fact; `told` makes a failing run readable. */
interface Fact {
  readonly told: string
  readonly apply: (matching: Matching, seq: number) => void
}

const AGENTS = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']
const CONTACTS = Array.from({ length: 14 }, (_, n) => `c${String(n)}`)
const CHANNELS = ['phone', 'chat', 'message']
const SKILLS = ['sv', 'billing@2', 'sv@3', 'heat', 'billing']

const anyNeed = fc.record(
  {
    skills: fc.uniqueArray(fc.constantFrom(...SKILLS), { maxLength: 2 }),
    language: fc.constantFrom('pt', 'en'),
  },
  { requiredKeys: ['skills'] },
)
const anyRing: fc.Arbitrary<Requirement> = fc.oneof(
  { weight: 4, arbitrary: anyNeed },
  {
    weight: 1,
    arbitrary: fc.record({ skills: fc.constant<string[]>([]), agent: fc.constantFrom(...AGENTS) }),
  },
)
const anyProfile: fc.Arbitrary<AgentProfile> = fc.record({
  id: fc.constantFrom(...AGENTS),
  skills: fc.uniqueArray(fc.constantFrom(...SKILLS), { maxLength: 4 }),
  languages: fc.subarray(['pt', 'en'], { minLength: 1 }),
  channels: fc.subarray(CHANNELS, { minLength: 1 }),
  capacity: fc.constantFrom(100, 100, 66),
})
const anyAgent = fc.constantFrom(...AGENTS)
const anyContact = fc.constantFrom(...CONTACTS)
const anyTime = fc.nat(50)
const anyEntry = fc.record({
  id: anyContact,
  channel: fc.constantFrom(...CHANNELS),
  dueBy: anyTime,
  must: anyNeed.map((need) => ({ ...need, skills: need.skills.slice(0, 1) })),
  rings: fc.array(anyRing, { maxLength: 3 }),
})

function told<T>(name: string, what: fc.Arbitrary<T>, apply: (m: Matching, what: T, seq: number) => void) {
  return what.map((value): Fact => ({
    told: `${name} ${JSON.stringify(value)}`,
    apply: (m, seq) => {
      apply(m, value, seq)
    },
  }))
}

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  {
    weight: 8,
    arbitrary: told('enqueue', anyEntry, (m, entry, seq) => {
      m.enqueue({ ...entry, seq })
    }),
  },
  {
    weight: 4,
    arbitrary: told('signOn', anyProfile, (m, profile) => {
      m.signOn(profile)
    }),
  },
  {
    weight: 1,
    arbitrary: told('reprofile', anyProfile, (m, profile) => {
      m.reprofile(profile)
    }),
  },
  {
    weight: 1,
    arbitrary: told('signOff', anyAgent, (m, id) => {
      m.signOff(id)
    }),
  },
  {
    weight: 7,
    arbitrary: told('becomeReady', fc.tuple(anyAgent, anyTime), (m, [id, at]) => {
      m.becomeReady(id, at)
    }),
  },
  {
    weight: 1,
    arbitrary: told('pause', anyAgent, (m, id) => {
      m.pause(id)
    }),
  },
  {
    weight: 1,
    arbitrary: told('leave', anyContact, (m, id) => {
      m.leave(id)
    }),
  },
  {
    weight: 3,
    arbitrary: told('assign', anyContact, (m, id) => {
      m.assign(id)
    }),
  },
  {
    weight: 3,
    arbitrary: told('decline', anyContact, (m, id) => {
      m.decline(id)
    }),
  },
  {
    weight: 1,
    arbitrary: told('expire', anyContact, (m, id) => {
      m.expire(id)
    }),
  },
  {
    weight: 1,
    arbitrary: told('withdraw', anyContact, (m, id) => {
      m.withdraw(id)
    }),
  },
  {
    weight: 1,
    arbitrary: told('wrapUp', anyContact, (m, id) => {
      m.wrapUp(id)
    }),
  },
  {
    weight: 1,
    arbitrary: told('setActive', fc.tuple(anyContact, fc.boolean()), (m, [id, on]) => {
      m.setActive(id, on)
    }),
  },
  {
    weight: 3,
    arbitrary: told('finish', fc.tuple(anyContact, anyTime), (m, [id, at]) => {
      m.finish(id, at)
    }),
  },
  {
    weight: 1,
    arbitrary: told('relax', fc.tuple(anyContact, fc.nat(2)), (m, [id, r]) => {
      m.relax(id, r)
    }),
  },
  {
    weight: 1,
    arbitrary: told('weigh', fc.constantFrom(...CHANNELS), (m, id) => {
      m.weigh(id, { weight: 50, inactiveWeight: 10 })
    }),
  },
)
const anyRun = fc.array(fc.tuple(anyFact, fc.nat(3)), { minLength: 20, maxLength: 90 })

function weighed<M extends Matching>(matching: M): M {
  matching.weigh('phone', { weight: 100, inactiveWeight: 100 })
  matching.weigh('chat', { weight: 33, inactiveWeight: 11 })
  matching.weigh('message', { weight: 15, inactiveWeight: 5 })
  return matching
}

function follow(matching: Matching, step: Step): void {
  if (step.step === 'relax') matching.relax(step.contact, step.ring)
  else matching.offer(step.contact, step.agent)
}

/** Applies every step that is due and answers the offers, in order. */
function settle(matching: Matching): readonly OfferStep[] {
  const offers: OfferStep[] = []
  for (let step = matching.next(); step !== undefined; step = matching.next()) {
    if (step.step === 'offer') offers.push(step)
    follow(matching, step)
  }
  return offers
}

const profile = (id: string, skills: readonly string[] = [], channels = CHANNELS): AgentProfile => ({
  id,
  skills,
  languages: ['pt'],
  channels,
  capacity: 100,
})
const entry = (id: string, seq: number, more: Partial<QueueEntry> = {}): QueueEntry => ({
  id,
  channel: 'chat',
  dueBy: 0,
  seq,
  must: { skills: [] },
  rings: [],
  ...more,
})

function withAgents(...profiles: readonly AgentProfile[]): Matcher {
  const matcher = weighed(new Matcher())
  for (const [at, one] of profiles.entries()) {
    matcher.signOn(one)
    matcher.becomeReady(one.id, at)
  }
  return matcher
}

describe('the matcher and the plain scan', () => {
  it('make the same decisions in any run, whatever the search limit', () => {
    fc.assert(
      fc.property(anyRun, fc.constantFrom(1, 2, 64), (run, limit) => {
        const matcher = weighed(new Matcher({ limit }))
        const naive = weighed(new NaiveMatcher())
        for (const [seq, [fact, steps]] of run.entries()) {
          fact.apply(matcher, seq)
          fact.apply(naive, seq)
          // Not every step is followed at once: a fold reads many facts before anybody asks.
          for (let left = steps; left > 0; left -= 1) {
            const step = naive.next()
            expect(matcher.next()).toEqual(step)
            if (step === undefined) break
            follow(matcher, step)
            follow(naive, step)
          }
        }
        expect(settle(matcher)).toEqual(settle(naive))
        expect(matcher.waiting()).toEqual(naive.waiting())
        for (const agent of AGENTS) expect(matcher.loadOf(agent)).toBe(naive.loadOf(agent))
        for (const contact of CONTACTS) expect(matcher.phaseOf(contact)).toBe(naive.phaseOf(contact))
      }),
      { numRuns: 700 },
    )
  })

  it('give the same offers whether asked after every fact or only at the end of the log', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const asked = weighed(new Matcher())
        const late = weighed(new Matcher())
        for (const [seq, [fact]] of run.entries()) {
          fact.apply(asked, seq)
          fact.apply(late, seq)
          asked.next()
        }
        expect(settle(asked)).toEqual(settle(late))
      }),
      { numRuns: 150 },
    )
  })
})

describe('fairness (P8, C54)', () => {
  const settledRun = (
    check: (naive: NaiveMatcher, step: OfferStep) => void,
    after?: (naive: NaiveMatcher) => void,
  ) => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const naive = weighed(new NaiveMatcher())
        const matcher = weighed(new Matcher())
        for (const [seq, [fact]] of run.entries()) {
          fact.apply(naive, seq)
          fact.apply(matcher, seq)
          for (let step = matcher.next(); step !== undefined; step = matcher.next()) {
            if (step.step === 'offer') check(naive, step)
            follow(naive, step)
            follow(matcher, step)
          }
          after?.(naive)
        }
      }),
      { numRuns: 150 },
    )
  }

  it('offers no contact while one that this agent can take is due earlier', () => {
    settledRun((naive, step) => {
      const earlier = naive.waiting().slice(0, naive.waiting().indexOf(step.contact))
      expect(earlier.filter((contact) => naive.fits(step.agent, contact))).toEqual([])
    })
  })

  it('offers only to who is ready and has room, offers included', () => {
    settledRun((naive, step) => {
      expect(naive.fits(step.agent, step.contact)).toBe(true)
    })
  })

  it('leaves no ready agent beside a waiting contact that fits', () => {
    settledRun(
      () => undefined,
      (naive) => {
        for (const contact of naive.waiting()) {
          expect(AGENTS.filter((agent) => naive.fits(agent, contact))).toEqual([])
        }
      },
    )
  })

  it('keeps every contact in exactly one place, and lets none in without counting it out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(99)), { maxLength: 120 }), (acts) => {
        const matcher = withAgents(profile('a1'), profile('a2'))
        let [entered, answered, left] = [0, 0, 0]
        const live = new Set<string>()
        for (const [act, pick] of acts) {
          if (act < 5) {
            const id = `c${String((entered += 1))}`
            live.add(id)
            matcher.enqueue(entry(id, entered, { dueBy: pick }))
          } else {
            const id = [...live][pick % Math.max(1, live.size)]
            if (id !== undefined && act === 5) {
              matcher.leave(id)
              live.delete(id)
              left += 1
            } else if (id !== undefined && act === 6) matcher.decline(id)
            else if (id !== undefined && act === 7) matcher.assign(id)
            else if (id !== undefined && matcher.phaseOf(id) === 'assigned') {
              matcher.finish(id, entered)
              live.delete(id)
              answered += 1
            }
          }
          settle(matcher)
          const phases = [...live].map((id) => matcher.phaseOf(id))
          expect(phases).not.toContain(undefined)
          expect(entered).toBe(answered + left + phases.length)
          expect(phases.filter((phase) => phase === 'waiting').length).toBe(matcher.waiting().length)
          for (const agent of ['a1', 'a2']) expect(matcher.loadOf(agent)).toBeLessThanOrEqual(100)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('serves equal targets first come, first served, and lets nobody pass who entered later than the spread', () => {
    const targets = [30, 90, 180, 300]
    const arrivals = fc.array(fc.tuple(fc.nat(40), fc.constantFrom(...targets), fc.boolean()), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(arrivals, (steps) => {
        const matcher = withAgents(profile('a1'))
        const entered = new Map<
          string,
          { readonly at: number; readonly target: number; readonly seq: number }
        >()
        let at = 0
        for (const [seq, [gap, target, frees]] of steps.entries()) {
          at += gap
          entered.set(`c${String(seq)}`, { at, target, seq })
          matcher.enqueue(entry(`c${String(seq)}`, seq, { channel: 'phone', dueBy: at + target }))
          for (const offer of settle(matcher)) {
            matcher.assign(offer.contact)
            const taken = entered.get(offer.contact)
            for (const id of matcher.waiting()) {
              const other = entered.get(id)
              if (taken === undefined || other === undefined) throw new Error('unknown contact')
              expect(taken.at - other.at).toBeLessThanOrEqual(270)
              if (taken.target === other.target) expect(taken.seq).toBeLessThan(other.seq)
            }
          }
          const busy = [...entered.keys()].find((id) => matcher.phaseOf(id) === 'assigned')
          if (frees && busy !== undefined) matcher.finish(busy, at)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('who gets the offer (C13, C54, C65)', () => {
  it('is the least loaded, then the one ready longest, then the smallest id', () => {
    const matcher = weighed(new Matcher())
    for (const [id, at] of [
      ['a3', 5],
      ['a2', 5],
      ['a1', 9],
    ] as const) {
      matcher.signOn(profile(id))
      matcher.becomeReady(id, at)
    }
    for (const seq of [1, 2, 3]) matcher.enqueue(entry(`c${String(seq)}`, seq))
    expect(settle(matcher).map((offer) => offer.agent)).toEqual(['a2', 'a3', 'a1'])
  })

  it('has the skill at the level asked for or above', () => {
    const matcher = withAgents(profile('a1', ['sv@2']), profile('a2', ['sv@4']))
    matcher.enqueue(entry('c1', 1, { must: { skills: ['sv@3'] } }))
    expect(settle(matcher)).toMatchObject([{ contact: 'c1', agent: 'a2' }])
  })

  it('deals in rounds: one unanswered offer for each channel', () => {
    const matcher = withAgents(profile('a1'))
    for (const seq of [1, 2, 3, 4]) matcher.enqueue(entry(`c${String(seq)}`, seq))
    expect(settle(matcher).map((offer) => offer.contact)).toEqual(['c1'])
    matcher.assign('c1')
    expect(settle(matcher).map((offer) => offer.contact)).toEqual(['c2'])
    matcher.assign('c2')
    settle(matcher)
    matcher.assign('c3')
    expect(settle(matcher)).toEqual([])
    expect(matcher.loadOf('a1')).toBe(99)
  })

  it('says whether a quiet chat that stirs still has its slot', () => {
    const matcher = withAgents(profile('a1'))
    for (const seq of [1, 2, 3]) {
      matcher.enqueue(entry(`c${String(seq)}`, seq))
      settle(matcher)
      matcher.assign(`c${String(seq)}`)
    }
    matcher.setActive('c1', false)
    expect(matcher.hasRoom('c1')).toBe(true)
    matcher.setActive('c2', false)
    matcher.enqueue(entry('c4', 4))
    settle(matcher)
    expect(matcher.loadOf('a1')).toBe(88)
    expect(matcher.hasRoom('c1')).toBe(false)
  })

  it('is not the one who declined, until nobody else fits', () => {
    const matcher = withAgents(profile('a1'), profile('a2'))
    matcher.enqueue(entry('c1', 1))
    expect(settle(matcher)).toMatchObject([{ agent: 'a1' }])
    matcher.decline('c1')
    expect(settle(matcher)).toMatchObject([{ agent: 'a2' }])
    matcher.expire('c1')
    expect(settle(matcher)).toMatchObject([{ agent: 'a1' }])
  })

  it('is the preferred agent first, and anybody when that one is away or says no', () => {
    const matcher = withAgents(profile('a1'), profile('a2'))
    const rings = [{ skills: [], agent: 'a2' }, { skills: [] }]
    matcher.enqueue(entry('c1', 1, { rings }))
    expect(settle(matcher)).toMatchObject([{ agent: 'a2', ring: 0 }])
    matcher.decline('c1')
    expect(matcher.next()).toEqual({ step: 'relax', contact: 'c1', ring: 1 })
    expect(settle(matcher)).toMatchObject([{ agent: 'a1', ring: 1 }])
    matcher.signOff('a2')
    matcher.enqueue(entry('c2', 2, { rings, channel: 'message' }))
    expect(settle(matcher)).toMatchObject([{ contact: 'c2', agent: 'a1', ring: 1 }])
  })

  it('is not kept from a ready agent by the ring of another, however short the search', () => {
    const matcher = weighed(new Matcher({ limit: 1 }))
    // Looked at first, and all that so short a search looks at.
    matcher.enqueue(entry('c1', 1, { must: { skills: ['sv'] } }))
    matcher.signOn(profile('a2', ['sv']))
    matcher.signOn(profile('a1'))
    matcher.enqueue(entry('c2', 2, { rings: [{ skills: [], agent: 'a2' }] }))
    matcher.enqueue(entry('c3', 3))
    matcher.becomeReady('a1', 0)
    expect(settle(matcher)).toMatchObject([{ contact: 'c3', agent: 'a1' }])
  })

  it('is found behind the head of another class that this agent was excluded from', () => {
    const matcher = weighed(new Matcher())
    // So common a skill makes the other one the place where both classes are looked for.
    for (const id of ['a3', 'a4', 'a5']) matcher.signOn(profile(id, ['heat']))
    matcher.signOn(profile('a1', ['sv', 'heat']))
    matcher.signOn(profile('a2', ['sv']))
    matcher.becomeReady('a2', 0)
    matcher.enqueue(entry('c0', 0, { must: { skills: ['sv'] } }))
    expect(settle(matcher)).toMatchObject([{ contact: 'c0', agent: 'a2' }])
    matcher.enqueue(entry('c1', 1, { dueBy: 1, must: { skills: ['sv'] }, excluded: ['a1'] }))
    matcher.enqueue(entry('c2', 2, { dueBy: 10, must: { skills: ['sv'] } }))
    matcher.enqueue(entry('c3', 3, { dueBy: 5, must: { skills: ['sv', 'heat'] } }))
    expect(settle(matcher)).toEqual([])
    matcher.becomeReady('a1', 1)
    expect(settle(matcher)[0]).toMatchObject({ contact: 'c3', agent: 'a1' })
  })

  it('is explained by who was passed over and what was lacking', () => {
    const matcher = withAgents(profile('a1', ['sv@2']))
    matcher.signOn(profile('a2', ['sv@3']))
    matcher.enqueue(entry('c1', 1, { must: { skills: ['sv@3'] } }))
    matcher.enqueue(entry('c2', 2, { must: { skills: ['heat'] } }))
    matcher.enqueue(entry('c3', 3, { dueBy: 5 }))
    const step = matcher.next()
    expect(step).toMatchObject({ contact: 'c3', agent: 'a1' })
    expect(matcher.explain({ contact: 'c3', agent: 'a1' })).toEqual({
      passedOver: [{ contact: 'c1', lacks: 'sv@3' }],
      ready: 1,
    })
    expect(matcher.unstaffed()).toEqual(['c2'])
    expect(matcher.standing({ channel: 'chat', must: { skills: ['sv'] }, rings: [] })).toEqual({
      agents: ['a1', 'a2'],
      idle: 1,
      due: [0, 5],
    })
  })
})
