import { randomUUID } from 'node:crypto'
import { engineAt, eventStoreSuite, FreshIds, registersSuite, TickingClock } from '@throughline/ports/suites'
import { openWorld } from './worlds.fixture.js'

// Every world has stream names of its own; what it wrote stays in the server, whose streams are not ours to delete.
jest.setTimeout(60_000)

const url = engineAt('EVENTSTORE_URL')

eventStoreSuite('EventStoreDB', async (clock, ids) => {
  const { events } = await openWorld(url, clock, ids)
  return events
})

registersSuite('EventStoreDB', async () => {
  const prefix = `test-${randomUUID()}`
  const one = await openWorld(url, new TickingClock(), new FreshIds(), { prefix })
  const other = await openWorld(url, new TickingClock(), new FreshIds(), { prefix })
  return {
    one: one.registers,
    other: other.registers,
    close: async () => {
      await one.close()
      await other.close()
    },
  }
})
