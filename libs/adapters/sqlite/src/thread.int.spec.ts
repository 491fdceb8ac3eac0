import { ThreadGone, WriterThread } from './thread.js'

const setup = { file: ':memory:', setup: [], expected: {}, statements: {} }
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

describe('a writing thread', () => {
  it('that dies fails what waits and what comes, and the process hears of it once', async () => {
    const fatal: Error[] = []
    const thread = await WriterThread.start<string, string>('dying.fixture', setup, (error) =>
      fatal.push(error),
    )
    const answers = await Promise.all([caught(thread.ask('one')), caught(thread.ask('two'))])
    for (const answer of [...answers, await caught(thread.ask('three'))])
      expect(answer).toBeInstanceOf(ThreadGone)
    expect(fatal.map(({ message }) => message)).toEqual(['exit code 7'])
    await thread.close()
    expect(fatal).toHaveLength(1)
  })

  it('does not start on a connection that is not as it must be (R06)', async () => {
    const fatal: Error[] = []
    const start = WriterThread.start(
      'append.worker',
      { ...setup, setup: ['PRAGMA synchronous = NORMAL'], expected: { synchronous: 2 } },
      (error) => fatal.push(error),
    )
    await expect(start).rejects.toThrow(':memory: was opened with synchronous = 1, not 2')
    expect(fatal).toEqual([])
  })
})
