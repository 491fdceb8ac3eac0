import { Logger } from '@nestjs/common'
import { SECOND } from '@throughline/kernel'
import { MemoryRegisters } from '@throughline/ports'
import { defect } from '@throughline/ports/suites'
import { agents, assignSkills, beAt } from './agent.js'
import { OWNER_TERM, SNAPSHOT_EVERY } from './engine.service.js'
import type { RoutingEngine } from './engine.service.js'
import { allKeys, GROUP_SNAPSHOT, rowsOf } from './group.snapshot.js'
import { policies, publishPolicy } from './policy.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { openLog } from './routing.engine.suite.js'

const SNAPSHOT = `${GROUP_SNAPSHOT.name}~snapshot@${String(GROUP_SNAPSHOT.version)}`

describe('a routing group read by two processes', () => {
  beforeAll(() => {
    Logger.overrideLogger(false)
  })

  /** A policy in force and two processes over one record; the first to come owns the group. */
  const begun = async () => {
    const log = openLog()
    const { clock, store, staff, by, timers } = log
    const registers = new MemoryRegisters()
    await store.transact(policies, 'care', publishPolicy('care', CARE_POLICY), by('publish'))
    // The defect: registers of their own, as if there were no lease between them.
    const replica = () => log.engine(undefined, undefined, defect('R23.owner') ? undefined : registers)
    const ready = async (n: number) => {
      const skills = [{ skill: 'chat', level: 1 }]
      await store.transact(agents, staff(n), assignSkills(staff(n), skills), by(`skills ${String(n)}`))
      await store.transact(agents, staff(n), beAt(staff(n), { state: 'ready' }, []), by(`ready ${String(n)}`))
    }
    /** Time for a lease to run out, with its looks. */
    const lapse = async () => {
      for (let passed = 0; passed < OWNER_TERM + SECOND; passed += SECOND / 2) {
        clock.move(SECOND / 2)
        await timers.run()
      }
    }
    return { ...log, registers, replica, ready, lapse }
  }

  const held = ({ group }: RoutingEngine) => {
    const rowOf = rowsOf(group)
    return Object.fromEntries([...allKeys(group)].map((key) => [key, JSON.stringify(rowOf(key))]))
  }

  it('R23: has one owner; the other knows everything, decides nothing, and takes over at once when it is let go', async () => {
    const { replica, ready, queue, calm, told, bus, contact } = await begun()
    const [one, other] = [replica(), replica()]
    await one.onApplicationBootstrap()
    await other.onApplicationBootstrap()
    expect([one.isOwner, one.epoch, other.isOwner]).toEqual([true, 1, false])
    await ready(1)
    await queue(1)
    await calm(one, other)
    expect(await told('ContactOffered')).toHaveLength(1)
    expect(held(other)).toEqual(held(one))
    expect((await other.present()).contacts.get(contact(1))?.state.status).toBe('offered')
    await one.onModuleDestroy()
    await ready(2)
    await queue(2)
    await calm(other)
    expect([other.isOwner, other.epoch]).toEqual([true, 2])
    expect((await told('ContactOffered')).map(({ streamId }) => streamId)).toEqual([contact(1), contact(2)])
    await other.onModuleDestroy()
    await bus.close()
  })

  it('R23: gets a new owner when its owner is killed, which decides what has become due meanwhile', async () => {
    const { replica, ready, queue, calm, told, lapse, bus, contact, registers, clock, timers, ids } =
      await begun()
    // Killed: it holds the lease and never renews it.
    await registers.write('routing.group', 0, { holder: ids.next(), epoch: 7 })
    const other = replica()
    await other.onApplicationBootstrap()
    await ready(1)
    await queue(1)
    await calm(other)
    expect(await told('ContactOffered')).toEqual([])
    await lapse()
    await calm(other)
    expect([other.isOwner, other.epoch]).toEqual([true, 8])
    expect((await told('ContactOffered')).map(({ streamId }) => streamId)).toEqual([contact(1)])
    // An offer of the time before runs out under the new owner.
    for (let passed = 0; passed < 31; passed++) {
      clock.move(SECOND)
      await timers.run()
    }
    await calm(other)
    expect(await told('OfferExpired')).toHaveLength(1)
    await other.onModuleDestroy()
    await bus.close()
  })

  it('R26: keeps one snapshot, written by the owner alone, and a whole one by each new owner', async () => {
    const { replica, ready, queue, calm, views, store, by, bus, engine } = await begun()
    const [one, other] = [replica(), replica()]
    await one.onApplicationBootstrap()
    await other.onApplicationBootstrap()
    let noise = 0
    const fill = async () => {
      const events = Array.from({ length: SNAPSHOT_EVERY }, () => ({
        type: 'throughline.Noise.v1',
        data: {},
      }))
      await store.append({ stream: 'noise', id: String(++noise) }, 0, by(`noise ${String(noise)}`), events)
    }
    await ready(1)
    await queue(1)
    await fill()
    await calm(one, other)
    const first = await views.position(SNAPSHOT)
    expect(first).toBeGreaterThan(0)
    await one.onModuleDestroy()
    expect(await views.position(SNAPSHOT)).toBeGreaterThanOrEqual(first)
    await ready(2)
    await queue(2)
    await fill()
    await calm(other)
    await other.onModuleDestroy()
    // What a third makes of it is what the second was, and what the whole log says.
    expect(await views.position(SNAPSHOT)).toBe(await store.head())
    const third = replica()
    await third.onApplicationBootstrap()
    const anew = engine()
    await anew.onApplicationBootstrap()
    await calm(third, anew)
    expect(held(third)).toEqual(held(other))
    await third.onModuleDestroy()
    await anew.onModuleDestroy()
    await bus.close()
  })
})
