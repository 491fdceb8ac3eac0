import { NoAnswer, Problem } from '../api/problem'
import { isForGood, notShown, Outbox } from './outbox'
import type { Unsent } from './outbox'
import type { Shelf } from './shelf'

const AT = '2026-11-20T10:00:00.000Z'

function memory(): Shelf & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

/** A server that has each command once, whatever number of times it is asked. */
function server() {
  const has = new Map<string, string>()
  const asked: string[] = []
  let fails: Error | undefined
  return {
    has,
    asked,
    fail: (error?: Error) => {
      fails = error
    },
    send: ({ key, body }: Unsent): Promise<string> => {
      asked.push(key)
      if (fails !== undefined) return Promise.reject(fails)
      has.set(key, body.text)
      return Promise.resolve(`id of ${key}`)
    },
  }
}

const refused = new Problem(409, 'contact.over', 'This contact is over.')

describe('messages on their way', () => {
  it('arrive in the order they were written, each once', async () => {
    const { send, has, asked } = server()
    const outbox = new Outbox('slot', send, memory())
    outbox.add({ text: 'first' }, AT, 'a')
    outbox.add({ text: 'second' }, AT, 'b')
    await outbox.flush()
    await Promise.resolve()
    await outbox.flush()
    expect([...has.values()]).toEqual(['first', 'second'])
    expect(asked).toEqual(['a', 'b'])
  })

  it('outlive a reload while there is no connection, and go out under the same key (C13)', async () => {
    const shelf = memory()
    const down = server()
    down.fail(new NoAnswer())
    const before = new Outbox('slot', down.send, shelf)
    before.add({ text: 'Wednesday would also work.' }, AT, 'a')
    await before.flush()
    const up = server()
    const after = new Outbox('slot', up.send, shelf)
    expect(after.list()).toEqual([{ key: 'a', body: { text: 'Wednesday would also work.' }, at: AT }])
    await after.flush()
    expect([...up.has]).toEqual([['a', 'Wednesday would also work.']])
    expect(shelf.kept.size).toBe(0)
    before.remove('a')
  })

  it('stay to be seen until the thread shows them', async () => {
    const outbox = new Outbox('slot', server().send, memory())
    outbox.add({ text: 'Hello' }, AT, 'a')
    await outbox.flush()
    await Promise.resolve()
    expect(outbox.list()).toMatchObject([{ key: 'a', sentAs: 'id of a' }])
    outbox.arrived(new Set(['id of a']))
    expect(outbox.list()).toEqual([])
  })

  it('say why when they are refused for good, and do not hold up those behind them', async () => {
    const { send, has, fail } = server()
    const outbox = new Outbox('slot', send, memory())
    fail(refused)
    outbox.add({ text: 'too late' }, AT, 'a')
    await outbox.flush()
    await Promise.resolve()
    expect(outbox.list()).toMatchObject([{ key: 'a', refused: 'contact.over' }])
    fail()
    outbox.add({ text: 'next' }, AT, 'b')
    await Promise.resolve()
    await outbox.flush()
    expect([...has.values()]).toEqual(['next'])
    outbox.retry('a')
    await Promise.resolve()
    await outbox.flush()
    expect([...has.values()]).toEqual(['next', 'too late'])
  })

  it('are gone when they are removed', async () => {
    const { send, fail } = server()
    const outbox = new Outbox('slot', send, memory())
    fail(refused)
    outbox.add({ text: 'no' }, AT, 'a')
    await outbox.flush()
    await Promise.resolve()
    outbox.remove('a')
    expect(outbox.list()).toEqual([])
  })

  it('are shown once when their news comes before their answer, and the same words again are words of their own', () => {
    const ok = { body: { text: 'ok' }, at: AT, after: 7 }
    const said = [
      { id: 'x', position: 5, said: 'ok' },
      { id: 'y', position: 9, said: 'ok' },
    ]
    const unsent = [
      { key: 'a', ...ok },
      { key: 'b', ...ok },
    ]
    expect(notShown(unsent, said).map(({ key }) => key)).toEqual(['b'])
    expect(notShown([{ key: 'a', ...ok, sentAs: 'y' }], said)).toEqual([])
    expect(notShown([{ key: 'a', ...ok, refused: 'contact.over' }], said)).toHaveLength(1)
  })

  it.each([
    [new NoAnswer(), false],
    [new Problem(503, 'x', 'x'), false],
    [new Problem(429, 'x', 'x'), false],
    [new Problem(401, 'x', 'x'), false],
    [new Problem(400, 'x', 'x'), true],
    [refused, true],
  ])('tells what passes from what is for good (%#)', (error, forGood) => {
    expect(isForGood(error)).toBe(forGood)
  })
})
