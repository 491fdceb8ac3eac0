import { eventStoreSuite } from '@throughline/ports/suites'
import { Chance } from './chance.js'
import { Disk } from './disk.js'
import { Life, NO_FAULTS } from './life.js'
import { SimulatedStore } from './simulated-store.js'
import { VirtualTime } from './virtual-time.js'

eventStoreSuite('a simulated disk', (clock, ids) => {
  const life = new Life(new VirtualTime(0), new Chance(1), () => NO_FAULTS)
  life.begin()
  const watch = { applied: () => undefined, acknowledged: () => undefined }
  return Promise.resolve(new SimulatedStore(new Disk(), life, clock, ids, watch))
})
