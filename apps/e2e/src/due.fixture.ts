// A process that makes things due, lets their time come in steps of ten milliseconds of its own clock, and says each step,
// until it is killed. Parameters: data folder, number of the round, present moment in milliseconds.
import { POLICY } from '@throughline/demo'
import { toInstant } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from '@throughline/platform'
import { caseService } from '@throughline/service-case'
import { routingService } from '@throughline/service-routing'

/** How many offers, callbacks and promises become due in each round. */
const EACH = 3
const OFFER_LIFETIME = 30_000

const [data = '', round = '0', now = '0'] = process.argv.slice(2)
const say = (words: string): void => {
  process.stdout.write(`${words}\n`)
}

async function live(): Promise<void> {
  const clock = new ManualClock(Number(now))
  const timers = new ManualTimers()
  const settings = { ...readSettings({}), data, port: 0, log: 'error', logFormat: 'text' } as const
  const services = [routingService, caseService]
  const host = await start({ services, settings, clock, timers, courier: new MemoryCourier() })
  const settle = (): Promise<void> => host.readers.settle(() => timers.sleep())
  const pass = async (milliseconds: number): Promise<void> => {
    clock.move(milliseconds)
    await timers.run()
    await settle()
  }
  // What became due while nobody lived comes first.
  await pass(0)
  await pass(0)

  const id = (kind: number, number: number): string =>
    `${String(kind).padStart(8, '0')}-0000-7000-8000-${round.padStart(6, '0')}${String(number).padStart(6, '0')}`
  const tell = async (stream: string, of: string, ...events: readonly DomainEvent[]): Promise<void> => {
    const target = { stream, id: of }
    const { length } = await host.events.readStream(target)
    const command = {
      id: `told-${stream}-${of}`,
      actor: 'system:test',
      journeyId: id(9, 0),
      customerId: id(8, 0),
    }
    await host.events.append(target, length, command, events)
  }
  const due = toInstant(clock.now() + OFFER_LIFETIME)
  const document = POLICY
  await tell('policy', 'care', {
    type: 'throughline.ChannelPolicyPublished.v1',
    data: { policy: 'care', version: 1, document },
  })
  const request = (contactId: string, channel: string, more: object): DomainEvent => ({
    type: 'throughline.ContactRequested.v1',
    data: {
      contactId,
      journeyId: id(9, 0),
      channel,
      person: { id: id(8, 0), assurance: 'code' },
      readings: [],
      ...more,
    },
  })
  for (let n = 0; n < EACH; n++) {
    const [agentId, chat, callback, caseId] = [id(1, n), id(2, n), id(3, n), id(4, n)]
    await tell(
      'agent',
      agentId,
      { type: 'throughline.SkillsAssigned.v1', data: { agentId, skills: [{ skill: 'chat', level: 2 }] } },
      { type: 'throughline.AgentSignedOn.v1', data: { agentId } },
      { type: 'throughline.AgentBecameReady.v1', data: { agentId } },
    )
    await tell('contact', chat, request(chat, 'chat', {}))
    await tell('contact', callback, request(callback, 'callback', { callFrom: due }))
    const promised = [{ what: 'We call you', by: due }]
    const opened = { caseId, customerId: id(8, 0), journeyId: id(9, 0), contactId: chat, subject: 'It leaks' }
    await tell('case', caseId, {
      type: 'throughline.CaseOpened.v1',
      data: { ...opened, words: 'It leaks.', promised },
    })
  }
  await pass(0)
  await pass(0)
  say(`due ${due}`)
  await pass(OFFER_LIFETIME - 50)
  for (let step = 0; step < 20; step++) {
    await pass(10)
    say('passed')
  }
  // Whoever was to kill it is gone.
  process.exit(1)
}

live().catch((error: unknown) => {
  say(`failed ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exit(1)
})
