import { fold } from './event.js'
import type { DomainEvent, Stream } from './event.js'

type Counted = DomainEvent<'test.Counted.v1', { readonly by: number }>

const counter: Stream<number, Counted> = {
  name: 'counter',
  initial: 0,
  evolve: (state, event) => state + event.data.by,
}
const counted = (by: number): Counted => ({ type: 'test.Counted.v1', data: { by } })

describe('fold', () => {
  it('starts at the initial state', () => {
    expect(fold(counter, [])).toBe(0)
  })

  it('applies the events in order', () => {
    expect(fold(counter, [counted(2), counted(3)])).toBe(5)
  })

  it('goes on from a state reached before', () => {
    expect(fold(counter, [counted(3)], fold(counter, [counted(2)]))).toBe(5)
  })
})
