import { eventStoreSuite, registersSuite } from '@throughline/ports/suites'
import { cleanUp, open, world } from './worlds.fixture.js'

// Ends what hangs; how fast the server and its neighbours are is no part of the contract.
jest.setTimeout(60_000)

afterAll(cleanUp)

eventStoreSuite('PostgreSQL', async (clock, ids) => (await open(world(), { clock, ids })).events)

registersSuite('PostgreSQL', async () => {
  const schema = world()
  const [one, other] = [await open(schema), await open(schema)]
  return {
    one: one.registers,
    other: other.registers,
    close: async () => {
      await one.close()
      await other.close()
    },
  }
})
