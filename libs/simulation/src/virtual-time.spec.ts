import { VirtualTime } from './virtual-time.js'

describe('virtual time', () => {
  it('wakes sleepers at their moments, and those of one moment in the order they lay down', async () => {
    const time = new VirtualTime(1_000)
    const woken: string[] = []
    const sleeper = async (name: string, milliseconds: number): Promise<void> => {
      await time.sleep(milliseconds)
      woken.push(`${name} at ${String(time.now())}`)
    }
    for (const [name, milliseconds] of [
      ['late', 30],
      ['first', 10],
      ['second', 10],
      ['third', 10],
      ['never', 500],
    ] as const)
      void sleeper(name, milliseconds)
    await time.advance(1_100)
    expect(woken).toEqual(['first at 1010', 'second at 1010', 'third at 1010', 'late at 1030'])
    expect(time.now()).toBe(1_100)
  })

  it('stands still while something is held, however many turns that takes', async () => {
    const time = new VirtualTime(0)
    let started: number | undefined
    time.after(10, () => {
      time.hold(
        (async () => {
          for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve))
          started = time.now()
        })(),
      )
    })
    time.after(11, () => undefined)
    await time.advance(100)
    expect(started).toBe(10)
  })

  it('runs what became due in a jump once, and late', async () => {
    const time = new VirtualTime(0)
    const ran: number[] = []
    const every = (): void => {
      time.after(100, () => {
        ran.push(time.now())
        every()
      })
    }
    every()
    await time.advance(250)
    time.jump(1_000)
    await time.advance(1_400)
    expect(ran).toEqual([100, 200, 1_250, 1_350])
  })
})
