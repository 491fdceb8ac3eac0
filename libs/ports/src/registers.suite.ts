import { FreshIds } from './doubles.suite.js'
import type { Registers } from './registers.js'
import { StaleRegister } from './registers.js'

/** Everything the port promises. `open` gives registers on an engine, twice: two processes that share them. */
export function registersSuite(
  name: string,
  open: () => Promise<{
    readonly one: Registers
    readonly other: Registers
    readonly close: () => Promise<void>
  }>,
): void {
  describe(`registers on ${name}`, () => {
    const ids = new FreshIds()
    let shared: Awaited<ReturnType<typeof open>>

    beforeAll(async () => {
      shared = await open()
    })
    afterAll(async () => {
      await shared.close()
    })

    const fresh = (): string => `test.${ids.next()}`
    const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

    it('hold nothing under a name nobody has written', async () => {
      expect(await shared.one.read(fresh())).toBeUndefined()
    })

    it('hold what was written last, for everybody, and count how often', async () => {
      const name = fresh()
      const value = { holder: 'a', position: 12, note: 'ä 👋 "quoted"\n', list: [1, null, true] }
      expect(await shared.one.write(name, 0, value)).toBe(1)
      expect(await shared.other.read(name)).toStrictEqual({ version: 1, value })
      expect(await shared.other.write(name, 1, 'next')).toBe(2)
      expect(await shared.one.read(name)).toStrictEqual({ version: 2, value: 'next' })
    })

    it('refuse whoever holds an older version, and keep what stands', async () => {
      const name = fresh()
      await shared.one.write(name, 0, 'first')
      for (const version of [0, 2, 7]) {
        expect(await caught(shared.other.write(name, version, 'wrong'))).toBeInstanceOf(StaleRegister)
      }
      await shared.other.write(name, 1, 'second')
      expect(await caught(shared.one.write(name, 1, 'late'))).toBeInstanceOf(StaleRegister)
      expect(await shared.one.read(name)).toStrictEqual({ version: 2, value: 'second' })
    })

    it('let exactly one of many win who write at once', async () => {
      const name = fresh()
      for (let version = 0; version < 5; version++) {
        const wishes = Array.from({ length: 20 }, (_, index) =>
          caught((index % 2 === 0 ? shared.one : shared.other).write(name, version, { of: index })),
        )
        const answers = await Promise.all(wishes)
        const won = answers.flatMap((answer, index) => (answer === version + 1 ? [index] : []))
        expect(won).toHaveLength(1)
        expect(answers.filter((answer) => answer instanceof StaleRegister)).toHaveLength(19)
        expect(await shared.one.read(name)).toStrictEqual({ version: version + 1, value: { of: won[0] } })
      }
    })

    it('keep each name for itself', async () => {
      const [one, other] = [fresh(), fresh()]
      await shared.one.write(one, 0, 1)
      expect(await shared.one.read(other)).toBeUndefined()
      expect(await shared.one.write(other, 0, 2)).toBe(1)
      expect(await shared.one.read(one)).toStrictEqual({ version: 1, value: 1 })
    })
  })
}
