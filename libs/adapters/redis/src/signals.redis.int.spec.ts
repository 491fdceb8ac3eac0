import type { Signal } from '@throughline/ports'
import { until } from '@throughline/ports/suites'
import { bare, cleanUp, freshPrefix, opened } from './redis.fixture.js'

afterEach(cleanUp)

const typing = (n: unknown): Signal => ({ channel: 'contact-1', event: 'typing', data: { by: 'anna', n } })

describe('signals over Redis', () => {
  /** Two processes, and everything that each hears. */
  const pair = async () => {
    const prefix = freshPrefix()
    const [here, there] = [await opened(prefix), await opened(prefix)]
    const heard: readonly Signal[][] = [[], []]
    here.signals.onSignal((signal) => heard[0]?.push(signal))
    there.signals.onSignal((signal) => heard[1]?.push(signal))
    return { prefix, here: here.signals, there: there.signals, heard }
  }

  it('are heard once by every process, the sending one included, and in order', async () => {
    const { here, there, heard } = await pair()
    const elsewhere = await opened(freshPrefix())
    const strange: Signal[] = []
    elsewhere.signals.onSignal((signal) => strange.push(signal))
    const sent = Array.from({ length: 200 }, (_, n) => typing(n))
    for (const signal of sent) here.send(signal)
    await until(() => heard.every((each) => each.length >= 200))
    there.send(typing('last'))
    await until(() => heard.every((each) => each.length > 200))
    expect(heard).toStrictEqual([
      [...sent, typing('last')],
      [...sent, typing('last')],
    ])
    expect(strange).toEqual([])
  })

  it('reach every listener until it stops, and a listener that fails takes nobody along', async () => {
    const { here, heard } = await pair()
    let stopped = 0
    const stop = here.onSignal(() => {
      stopped++
      throw new Error('a listener fails')
    })
    here.send(typing(1))
    await until(() => heard[0]?.length === 1)
    stop()
    here.send(typing(2))
    await until(() => heard[0]?.length === 2)
    expect(stopped).toBe(1)
  })

  it('that cannot be sent are dropped without a word', async () => {
    const { here, heard } = await pair()
    here.send(typing(1n))
    here.send(typing('x'.repeat(70_000)))
    here.send(typing('sent'))
    await until(() => heard.every((each) => each.length > 0))
    expect(heard).toStrictEqual([[typing('sent')], [typing('sent')]])
  })

  it('are signals only: what a stranger writes to the channel is not heard (S28)', async () => {
    const { prefix, here, heard } = await pair()
    const stranger = bare()
    for (const text of [
      '',
      'nonsense',
      'null',
      '[]',
      '"text"',
      '{}',
      '{"channel":"a"}',
      '{"channel":1,"event":"typing","data":{}}',
      '{"channel":"a","event":{"toString":"b"},"data":{}}',
      '{"channel":"a","event":"b","data":{"__proto__":{"polluted":true}}}',
      '{"__proto__":{"polluted":true},"channel":"a","event":"b","data":{}}',
      '{"channel":"a","event":"b","data":[{"constructor":{"prototype":{"polluted":true}}}]}',
      `{"channel":"a","event":"b","data":"${'x'.repeat(70_000)}"}`,
      '{"channel":"a","event":"b","data":',
    ])
      await stranger.publish(`${prefix}:signals`, text)
    here.send(typing('known'))
    await until(() => heard.every((each) => each.length > 0))
    expect(heard).toStrictEqual([[typing('known')], [typing('known')]])
    expect('polluted' in {}).toBe(false)
  })
})
