// A process that opens the folder it is given and appends until it is killed, telling each append once it is durable.
import { FreshIds, ImmediateTimers, TickingClock } from '@throughline/ports/suites'
import { openSqlite } from './open.js'

const folder = process.argv[2] ?? ''
const say = (words: string): void => {
  process.stdout.write(`${words}\n`)
}

async function write(): Promise<void> {
  const ids = new FreshIds()
  // Told, not thrown: the append that fails with it has the last word.
  const onFatal = (error: Error): void => {
    say(`fatal ${error.message}`)
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
      await events.append({ stream: `lane${String(lane)}`, id }, version, command, [noted, noted])
      say(`acked ${String(lane)} ${id} ${command.id} ${String(version)}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, lane) => one(lane)))
}

write().catch((error: unknown) => {
  say(`failed ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
