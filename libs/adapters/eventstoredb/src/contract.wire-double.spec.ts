import { eventStoreSuite, FreshIds, registersSuite, TickingClock } from '@throughline/ports/suites'
import { WireDouble } from './wire-double.fixture.js'
import { openWorld } from './worlds.fixture.js'

// Proves how we use the client, never how the server behaves: contract.eventstore.int.spec.ts asks a real one.

// Ends what hangs; how fast the machine is is no part of the contract.
jest.setTimeout(60_000)

let double: WireDouble

beforeAll(async () => {
  double = await WireDouble.start()
})
afterAll(() => {
  expect(double.batches).toBe(0)
  double.stop()
})

eventStoreSuite('EventStoreDB (wire double)', async (clock, ids) => {
  const { events } = await openWorld(double.url, clock, ids)
  return events
})

registersSuite('EventStoreDB (wire double)', async () => {
  const prefix = 'shared'
  const one = await openWorld(double.url, new TickingClock(), new FreshIds(), { prefix })
  const other = await openWorld(double.url, new TickingClock(), new FreshIds(), { prefix })
  return {
    one: one.registers,
    other: other.registers,
    close: async () => {
      await one.close()
      await other.close()
    },
  }
})
