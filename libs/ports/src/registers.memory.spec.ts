import { MemoryRegisters } from './registers.js'
import { registersSuite } from './registers.suite.js'

registersSuite('memory', () => {
  const registers = new MemoryRegisters()
  return Promise.resolve({ one: registers, other: registers, close: () => Promise.resolve() })
})
