import fc from 'fast-check'
import { DAY, SECOND } from '@throughline/kernel'
import { sha256 } from '@throughline/ports'
import { defect, sized } from '@throughline/ports/suites'
import { allKeys, changedKeys, GROUP_SNAPSHOT, groupRows, rowsOf } from './group.snapshot.js'
import { RoutingGroup } from './group.js'
import { anyAct, Day } from './routing.day.suite.js'
import type { Act } from './routing.day.suite.js'

type Kept = ReadonlyMap<string, unknown>

/** All rows, through JSON, as a view store keeps them. */
const whole = (group: RoutingGroup): Kept => taken(group, allKeys(group))

function taken(group: RoutingGroup, keys: Iterable<string>, onto: Kept = new Map()): Kept {
  const rows = new Map(onto)
  const rowOf = rowsOf(group)
  for (const key of keys) {
    const row = rowOf(key)
    if (row === undefined) rows.delete(key)
    else rows.set(key, JSON.parse(JSON.stringify(row)) as unknown)
  }
  group.changed.clear()
  return rows
}

/** The defect: an agent's row is not written when only the contact's events have changed it. */
const changed = (group: RoutingGroup): Iterable<string> =>
  [...changedKeys(group)].filter((key) => !defect('snapshot.rows') || !key.startsWith('agent/'))

function restored(rows: Kept): RoutingGroup {
  const group = new RoutingGroup()
  group.restore(groupRows(rows))
  return group
}

/** In an order of their own. */
const shown = (rows: Kept) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
function lived(acts: readonly Act[]): Day {
  const day = new Day()
  for (const act of acts) day.do(act)
  return day
}

const anyDay = fc.array(anyAct, { maxLength: 60 })

describe('a snapshot of a routing group', () => {
  it('P11: with the events after it comes to the same as all events, wherever it was taken', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(), fc.integer({ min: 0, max: 3 * 3_600 }), (acts, where, later) => {
        const { log } = lived(acts)
        const cut = where % (log.events.length + 1)
        const full = new RoutingGroup()
        log.read(full, 0, cut)
        const again = restored(whole(full))
        for (let at = cut; at <= log.events.length; at += 1) {
          // What is due is the same at every step, and so is what the customer is told of it.
          for (const now of [
            Date.parse(log.events[at]?.recordedAt ?? '') || log.now,
            log.now + later * SECOND,
          ])
            expect(again.next(now)).toEqual(full.next(now))
          log.read(full, at, at + 1)
          log.read(again, at, at + 1)
        }
        expect([...again.contacts]).toEqual([...full.contacts])
        expect([...again.agents]).toEqual([...full.agents])
        expect(again.inForce).toEqual(full.inForce)
        expect(again.matcher.waiting()).toEqual(full.matcher.waiting())
        expect(again.waits).toEqual(full.waits)
        expect(shown(whole(again))).toEqual(shown(whole(full)))
      }),
      { numRuns: sized(120, 1_000) },
    )
  })

  it('P11: written as what has changed is the same as written whole', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 9 }), (acts, every) => {
        const day = new Day()
        const rows = [taken(day.group, allKeys(day.group))]
        acts.forEach((act, n) => {
          day.do(act)
          if (n % every === 0) rows.push(taken(day.group, changed(day.group), rows.at(-1)))
        })
        const last = taken(day.group, changed(day.group), rows.at(-1))
        expect(shown(last)).toEqual(shown(whole(day.group)))
      }),
      { numRuns: sized(120, 1_000) },
    )
  })

  it('holds what is open and no contact that is gone', () => {
    const day = new Day()
    day.do({ act: 'presence', agent: 'a1', state: 'ready' })
    const rows: number[] = []
    for (let n = 0; n < 200; n += 1) {
      day.do({ act: 'queue', channel: 'chat', target: 30, prefers: false })
      day.do({ act: 'answer', how: 'accept' })
      day.do({ act: 'change', what: 'finish', which: n })
      rows.push(whole(day.group).size)
    }
    expect(new Set(rows).size).toBe(1)
    expect(JSON.stringify([...whole(day.group)]).length).toBeLessThan(100_000)
  })

  it('is of another version as soon as the same events come to something else', () => {
    const acts: readonly Act[] = [
      { act: 'presence', agent: 'a1', state: 'ready' },
      { act: 'presence', agent: 'a2', state: 'ready' },
      { act: 'queue', channel: 'phone', target: 30, prefers: true },
      { act: 'queue', channel: 'chat', target: 90, prefers: false },
      { act: 'queue', channel: 'callback', target: 180, prefers: false },
      { act: 'answer', how: 'accept' },
      { act: 'pass', seconds: 20 },
      { act: 'answer', how: 'decline' },
      { act: 'change', what: 'drop', which: 1 },
      { act: 'pass', seconds: 31 },
      { act: 'change', what: 'finish', which: 0 },
      { act: 'queue', channel: 'chat', target: 30, prefers: false },
      { act: 'pass', seconds: DAY / SECOND / 100 },
    ]
    const digest = sha256(JSON.stringify(shown(whole(lived(acts).group)))).slice(0, 12)
    // Whoever changes the second on purpose raises the first, so that no start goes on from what the old code made.
    expect([GROUP_SNAPSHOT.version, digest]).toEqual([1, '23d32b0a0ff7'])
  })
})
