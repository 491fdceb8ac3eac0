import { MemoryViewStore } from './view-store.memory.js'
import { viewStoreSuite } from './view-store.suite.js'

viewStoreSuite('memory', () => Promise.resolve(new MemoryViewStore()))
