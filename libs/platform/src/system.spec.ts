import { Refused } from '@throughline/kernel'
import { SystemTimers } from './system.js'

describe('timers', () => {
  it('go on whatever a task throws, and tell what is out of reach for a moment as a warning and no fault', async () => {
    const told: string[] = []
    const tell = (level: string) => (message: unknown, name: unknown) =>
      void told.push(`${level} ${String(name)} ${String(message).split('\n')[0] ?? ''}`)
    const timers = new SystemTimers({ log: tell('log'), warn: tell('warn'), error: tell('error') })
    const twice = (name: string, error: Error): Promise<void> =>
      new Promise((resolve) => {
        let runs = 0
        timers.every(name, 1, async () => {
          if (++runs === 3) resolve()
          if (runs < 3) await Promise.reject(error)
        })
      })
    await twice('sweep', new Refused('unavailable', 'view.rebuilding', 'It is being built.'))
    await twice('tick', new Error('no'))
    timers.stop()
    expect(told).toEqual([
      'warn sweep It is being built.',
      'warn sweep It is being built.',
      'error tick Error: no',
      'error tick Error: no',
    ])
  })
})
