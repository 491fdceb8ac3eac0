import { Logger } from '@nestjs/common'
import { SECOND } from '@throughline/kernel'
import { MemoryEventStore } from '@throughline/ports'
import { agents, assignSkills, beAt } from './agent.js'
import type { RoutingEngine } from './engine.service.js'
import { ROUTING_FACTS } from './group.facts.js'
import { policies, publishPolicy } from './policy.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { openLog } from './routing.engine.suite.js'

describe('the owner of a routing group, whatever the log holds', () => {
  const lines: string[] = []
  const logs: ReturnType<typeof openLog>[] = []
  const note = (line: string): void => {
    lines.push(line)
  }
  beforeEach(() => {
    lines.length = 0
    Logger.overrideLogger({ log: note, warn: note, error: note })
  })
  afterAll(async () => {
    Logger.overrideLogger(false)
    for (const { bus } of logs) await bus.close()
  })

  /** A log of its own with a policy in force. */
  const begun = async () => {
    const log = openLog()
    logs.push(log)
    const { store, contact, staff, by, told, queue, calm } = log
    await store.transact(policies, 'care', publishPolicy('care', CARE_POLICY), by('publish'))
    let asked = 0
    /** A newcomer is offered what comes in next, and nothing is failing. */
    const goesOn = async (owner: RoutingEngine, n: number) => {
      const agentId = staff(n)
      const skills = [{ skill: 'chat', level: 1 }]
      await store.transact(agents, agentId, assignSkills(agentId, skills), by(`skills ${String(++asked)}`))
      await store.transact(agents, agentId, beAt(agentId, { state: 'ready' }, []), by(`on ${String(asked)}`))
      await queue(n)
      await calm(owner)
      expect(owner.running).toMatchObject({ position: await store.head(), failing: undefined })
      const offers = (await told('ContactOffered')).filter(({ streamId }) => streamId === contact(n))
      expect(offers).toHaveLength(1)
      expect(offers[0]?.data).toMatchObject({ agentId })
      await store.transact(
        agents,
        agentId,
        beAt(agentId, { state: 'paused' }, []),
        by(`off ${String(asked)}`),
      )
    }
    const append = async (type: string, data: unknown) => {
      const id = `foreign ${String(++asked)}`
      await store.append({ stream: 'foreign', id }, 0, by(id), [{ type, data }])
    }
    return { ...log, goesOn, append }
  }

  it('keeps the policy in force when one that cannot be read is published, and says so once', async () => {
    const { timers, engine, told, calm, goesOn, append } = await begun()
    const owner = engine()
    await owner.onApplicationBootstrap()
    await calm(owner)
    const before = owner.group.inForce
    expect(before).toMatchObject({ name: 'care', version: 1 })
    await append('throughline.ChannelPolicyPublished.v1', {
      policy: 'care',
      version: 2,
      document: { policy: 'care', remark: 'ana@example.org' },
    })
    await calm(owner)
    await owner.present()
    await timers.run()
    expect(owner.group.inForce).toBe(before)
    const at = (await told('ChannelPolicyPublished')).at(-1)?.position
    expect(lines).toEqual([
      `throughline.ChannelPolicyPublished.v1 at ${String(at)} cannot be read: routing.policy-invalid`,
    ])
    await goesOn(owner, 60)
    await owner.onModuleDestroy()
  })

  it('passes over every event it cannot make sense of', async () => {
    const { engine, contact, staff, goesOn, append } = await begun()
    const owner = engine()
    await owner.onApplicationBootstrap()
    const nobody = { contactId: contact(70), agentId: staff(70), journeyId: contact(71), level: null }
    for (const type of Object.keys(ROUTING_FACTS)) {
      for (const data of [
        undefined,
        null,
        'ana',
        {},
        nobody,
        { ...nobody, enteredAt: 'soon', dueBy: 'soon' },
      ])
        await append(type, data)
    }
    await goesOn(owner, 61)
    for (const line of lines)
      expect(line).toMatch(/ cannot be read: (TypeError|RangeError|routing\.[a-z-]+)$/)
    expect(new Set(lines).size).toBe(lines.length)
    // The figures that waits are told from are not spoilt.
    expect(owner.group.waits.patience).toBeLessThan(10_000)
    await owner.onModuleDestroy()
  })

  it('lets others pass a contact whose offer cannot be recorded, and tries it again later', async () => {
    const { clock, ids, store, engine, contact, staff, by, told, queue, calm, goesOn } = await begun()
    const stuck = new (class extends MemoryEventStore {
      closed = true
      override readStream = store.readStream.bind(store)
      override head = store.head.bind(store)
      override append: MemoryEventStore['append'] = (target, ...rest) =>
        this.closed && target.id === contact(62)
          ? Promise.reject(new Error('no room for ana@example.org'))
          : store.append(target, ...rest)
      override readAll = store.readAll.bind(store)
    })(clock, ids)
    const owner = engine(stuck)
    await owner.onApplicationBootstrap()
    const agentId = staff(62)
    await store.transact(agents, agentId, assignSkills(agentId, [{ skill: 'chat', level: 1 }]), by('62'))
    await queue(62)
    await store.transact(agents, agentId, beAt(agentId, { state: 'ready' }, []), by('62 on'))
    await calm(owner)
    const offered = async () =>
      (await told('ContactOffered')).filter(({ streamId }) => streamId === contact(62))
    expect(await offered()).toEqual([])
    await store.transact(agents, agentId, beAt(agentId, { state: 'paused' }, []), by('62 off'))
    await goesOn(owner, 63)
    await store.transact(agents, agentId, beAt(agentId, { state: 'ready' }, []), by('62 again'))
    for (let n = 0; n < 10; n++) {
      clock.move(SECOND)
      await calm(owner)
    }
    expect(await offered()).toEqual([])
    const told62 = lines.filter((line) => line.includes(contact(62)))
    expect(told62).toEqual([`cannot offer contact ${contact(62)}: Error; trying again later`])
    stuck.closed = false
    clock.move(60 * SECOND)
    await calm(owner)
    expect(await offered()).toHaveLength(1)
    await owner.onModuleDestroy()
  })
})
