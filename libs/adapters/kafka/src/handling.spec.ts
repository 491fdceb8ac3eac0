import { Refused } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { ImmediateTimers } from '@throughline/ports/suites'
import { Handling } from './handling.js'

const event: RecordedEvent = {
  type: 'test.Noted.v1',
  data: {},
  id: 'note-1/0',
  stream: 'note',
  streamId: 'note-1',
  sequence: 0,
  position: 1,
  occurredAt: '2026-11-20T09:00:00.000Z',
  recordedAt: '2026-11-20T09:00:00.000Z',
  commandId: 'command-1',
  actor: 'system:test',
  hash: '',
}
const away = (): Refused => new Refused('unavailable', 'views.unavailable', 'The views cannot be reached.')

describe('an event whose handler fails', () => {
  const parked: string[] = []
  const failing: (string | undefined)[] = []
  let fails: () => Error | undefined
  let handled: number

  const handling = (): Handling =>
    new Handling(
      {
        group: 'notes',
        types: [event.type],
        handle: () => {
          handled++
          const error = fails()
          return error === undefined ? Promise.resolve() : Promise.reject(error)
        },
      },
      {
        timers: new ImmediateTimers(),
        park: (_group, _event, cause, attempts) => {
          parked.push(`${cause.message} ${String(attempts)}`)
          return Promise.resolve()
        },
      },
      (error) => failing.push(error?.message),
    )
  const standing = { isLost: () => false, isStopping: () => false }

  beforeEach(() => {
    parked.length = failing.length = handled = 0
  })

  it('is tried five times and parked with its cause (R17)', async () => {
    fails = () => new Error('broken')
    await handling().handle(event, standing)
    expect(parked).toEqual(['broken 5'])
  })

  it('waits for as long as what it needs is out of reach, says so, and is parked for none of it (R22)', async () => {
    fails = () => (handled < 50 ? away() : undefined)
    await handling().handle(event, standing)
    expect(handled).toBe(50)
    expect(parked).toEqual([])
    expect([failing[0], failing.at(-1)]).toEqual(['The views cannot be reached.', undefined])
  })

  it('is left to whoever has its partition next where it is taken away meanwhile', async () => {
    fails = away
    const lost = { ...standing, isLost: () => handled >= 3 }
    await expect(handling().handle(event, lost)).rejects.toThrow()
    expect(handled).toBe(3)
    expect(parked).toEqual([])
  })
})
