import { Clock } from '@throughline/kernel'
import { defect, FreshIds, ImmediateTimers, until } from '@throughline/ports/suites'
import { ConfigResourceTypes } from 'kafkajs'
import { admin, endAdmin, World } from './world.fixture.js'

class SetClock extends Clock {
  constructor(private at: number) {
    super()
  }
  now(): number {
    return this.at
  }
  set(at: number): void {
    this.at = at
  }
}

afterAll(endAdmin)

describe('clocks that disagree with the one of the broker', () => {
  const ids = new FreshIds()
  const clock = new SetClock(Date.UTC(2001, 0, 1))
  let timers: ImmediateTimers
  let world: World

  beforeEach(() => {
    timers = new ImmediateTimers()
    world = new World({ clock, ids, timers })
  })
  afterEach(async () => {
    await world.close()
    timers.end()
  })

  it('R24: what was recorded by a clock years behind or years ahead reaches the topics like everything else', async () => {
    const relay = world.relay()
    const append = async (at: number): Promise<void> => {
      clock.set(at)
      const command = { id: ids.next(), actor: 'system:test', customerId: 'customer-1' }
      await world.store.append({ stream: 'note', id: ids.next() }, 0, command, [
        { type: 'test.Noted.v1', data: {} },
      ])
    }
    await append(Date.UTC(2001, 0, 1))
    await until(() => relay.position === 1)
    if (defect('R24.topics')) {
      // Seeded: the broker takes the time of whoever publishes.
      const configEntries = [{ name: 'message.timestamp.type', value: 'CreateTime' }]
      const topic = { type: ConfigResourceTypes.TOPIC, name: `${world.prefix}.journeys`, configEntries }
      await (await admin()).alterConfigs({ validateOnly: false, resources: [topic] })
    }
    await append(Date.UTC(2100, 0, 1))
    await append(Date.UTC(2100, 0, 2))
    const refused = (): boolean => relay.failing?.message.includes('timestamp') === true
    await until(() => relay.position === 3 || refused())
    expect(refused()).toBe(false)
  })
})
