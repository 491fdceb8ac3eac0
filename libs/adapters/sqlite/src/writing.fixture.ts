// A process that opens the folder it is given and appends until it is killed, telling each append once it is durable.
import { once } from 'node:events'
import { Refused } from '@throughline/kernel'
import { defect, FreshIds, ImmediateTimers, TickingClock, turn } from '@throughline/ports/suites'
import { openSqlite } from './open.js'

const folder = process.argv[2] ?? ''
const say = (words: string): void => {
  process.stdout.write(`${words}\n`)
}

/** Where there is no room: says so, and tries the same again at the next line it is told. */
const waited =
  (append: () => Promise<unknown>) =>
  async (error: unknown): Promise<unknown> => {
    if (process.argv[3] !== 'patient' || !(error instanceof Refused)) throw error
    say(`refused ${error.kind} ${String(error.detail.retryAfter)}`)
    await once(process.stdin, 'data')
    return append()
  }

async function write(): Promise<void> {
  const ids = new FreshIds()
  const onFatal = (error: Error): void => {
    say(`fatal ${error.message}`)
    // The append that fails with it has the last word.
    setImmediate(() => {
      process.exit(1)
    })
  }
  const { events } = await openSqlite({
    folder,
    clock: new TickingClock(),
    ids,
    timers: new ImmediateTimers(),
    onFatal,
  })
  say('open')
  const one = async (lane: number): Promise<never> => {
    const id = ids.next()
    for (let version = 0; ; version += 2) {
      const data = { text: 'x'.repeat(200) }
      const command = { id: ids.next(), actor: 'system:test' }
      const noted = { type: 'test.Noted.v1', data }
      const acked = `acked ${String(lane)} ${id} ${command.id} ${String(version)}`
      // R01's defect: told before it is durable.
      if (defect('R01')) say(acked)
      const target = { stream: `lane${String(lane)}`, id }
      const append = (): Promise<unknown> => events.append(target, version, command, [noted, noted])
      // R10's defect: what failed once is taken to have come about.
      await (defect('R10') ? append().catch(() => undefined) : append().catch(waited(append)))
      if (!defect('R01')) say(acked)
      if (defect('R10')) await turn()
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, lane) => one(lane)))
}

write().catch((error: unknown) => {
  say(`failed ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
