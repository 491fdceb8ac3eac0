import { MemoryEventStore } from '@throughline/ports'
import { SECOND } from '@throughline/kernel'
import { agents, assignSkills, beAt } from './agent.js'
import { policies, publishPolicy } from './policy.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { openLog } from './routing.engine.suite.js'
import { acceptOffer, declineOffer } from './work.decisions.js'
import { works } from './work.js'

describe('the owner of a routing group', () => {
  const { clock, ids, timers, store, bus, engine, contact, staff, by, told, queue, calm } = openLog()

  afterAll(() => bus.close())

  /** A log of which one owner hears nothing any more. */
  class PausedStore extends MemoryEventStore {
    paused = false
    override readStream = store.readStream.bind(store)
    override append = store.append.bind(store)
    override head = store.head.bind(store)
    override readAll: MemoryEventStore['readAll'] = (options) =>
      this.paused ? Promise.resolve([]) : store.readAll(options)
  }

  it('decides nothing before it has read the log to its end', async () => {
    await store.transact(policies, 'care', publishPolicy('care', CARE_POLICY), by('publish'))
    for (const n of [1, 2]) {
      const skills = [{ skill: 'chat', level: 1 }]
      await store.transact(agents, staff(n), assignSkills(staff(n), skills), by('skills'))
      await store.transact(agents, staff(n), beAt(staff(n), { state: 'ready' }, []), by('ready'))
    }
    await queue(1)
    // What an owner before it had done: a new one must not offer what was taken.
    const first = engine()
    await first.onApplicationBootstrap()
    await calm(first)
    const [offered] = await told('ContactOffered')
    const { offerId, agentId } = offered?.data as { readonly offerId: string; readonly agentId: string }
    await store.transact(works, contact(1), acceptOffer({ offerId, agentId }), by('accept'))
    await first.onModuleDestroy()
    const second = engine()
    await second.onApplicationBootstrap()
    await calm(second)
    expect(await told('ContactOffered')).toHaveLength(1)
    expect(second.group.matcher.loadOf(agentId)).toBe(33)
    await second.onModuleDestroy()
  })

  it('P8: may run twice without a contact being offered twice', async () => {
    const owners = [engine(), engine(), engine()]
    for (const owner of owners) await owner.onApplicationBootstrap()
    for (const n of [2, 3, 4, 5]) await queue(n)
    await calm(...owners)
    for (const offer of await told('ContactOffered')) {
      const { offerId, agentId, contactId } = offer.data as {
        readonly offerId: string
        readonly agentId: string
        readonly contactId: string
      }
      await store
        .transact(works, contactId, acceptOffer({ offerId, agentId }), by(`accept ${offerId}`))
        .catch(() => undefined)
    }
    clock.move(31 * SECOND)
    await calm(...owners)
    const assigned = (await told('ContactAssigned')).map(({ streamId }) => streamId)
    expect(new Set(assigned).size).toBe(assigned.length)
    expect(assigned.length).toBeGreaterThan(2)
    const states = owners.map(({ group }) => [...group.contacts])
    expect(states[1]).toEqual(states[0])
    expect(states[2]).toEqual(states[0])
    for (const owner of owners) {
      for (const n of [1, 2]) expect(owner.group.matcher.loadOf(staff(n))).toBeLessThanOrEqual(100)
      await owner.onModuleDestroy()
    }
  })

  it('changes nothing after it slept while another decided', async () => {
    const deaf = new PausedStore(clock, ids)
    const slept = engine(deaf)
    const skills = [{ skill: 'chat', level: 1 }]
    await store.transact(agents, staff(4), assignSkills(staff(4), skills), by('skills'))
    for (const n of [1, 2, 4])
      await store.transact(agents, staff(n), beAt(staff(n), { state: 'paused' }, []), by('rest'))
    await queue(50)
    await slept.onApplicationBootstrap()
    await calm(slept)
    deaf.paused = true
    const awake = engine()
    await awake.onApplicationBootstrap()
    // Somebody comes, is offered it and declines; of that the sleeper hears nothing.
    const another = staff(3)
    await store.transact(agents, another, assignSkills(another, skills), by('skills'))
    await store.transact(agents, another, beAt(another, { state: 'ready' }, []), by('ready'))
    await calm(awake)
    const offers = (await told('ContactOffered')).filter(({ streamId }) => streamId === contact(50))
    expect(offers).toHaveLength(1)
    const { offerId } = offers[0]?.data as { readonly offerId: string }
    await store.transact(agents, another, beAt(another, { state: 'paused' }, []), by('pause'))
    const decline = declineOffer({ offerId, agentId: another })
    await store.transact(works, contact(50), decline, by('decline'))
    await calm(awake)
    slept.group.matcher.becomeReady(staff(4), 0)
    expect(slept.group.next(clock.now())).toMatchObject({ wish: 'offer', step: { agent: staff(4) } })
    await timers.run()
    const after = (await told('ContactOffered')).filter(({ streamId }) => streamId === contact(50))
    expect(after).toEqual(offers)
    await slept.onModuleDestroy()
    await awake.onModuleDestroy()
  })
})
