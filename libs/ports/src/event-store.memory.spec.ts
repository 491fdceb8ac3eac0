import { MemoryEventStore } from './event-store.memory.js'
import { eventStoreSuite } from './event-store.suite.js'

eventStoreSuite('memory', (clock, ids) => Promise.resolve(new MemoryEventStore(clock, ids)))
