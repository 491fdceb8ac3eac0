// What the product's adapters are given: the machine's own clock, ids and timers.
import { require } from './paths.mjs'

const { SystemClock, SystemTimers, UuidIds } = require('@throughline/platform')
const { Logger } = require('@nestjs/common')

export function ports() {
  const clock = new SystemClock()
  return { clock, ids: new UuidIds(clock), timers: new SystemTimers(new Logger('bench')) }
}
