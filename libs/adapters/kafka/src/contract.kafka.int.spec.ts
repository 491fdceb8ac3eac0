import { eventBusSuite, sized } from '@throughline/ports/suites'
import { endAdmin, harness } from './world.fixture.js'

// A member that was killed is missed for a second each time, and the long run kills hundreds.
jest.setTimeout(sized(60_000, 900_000))
afterAll(endAdmin)

eventBusSuite('Kafka', (clock, ids, timers, seen) => harness({ clock, ids, timers }, seen))
