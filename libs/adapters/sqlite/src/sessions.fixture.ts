// A process that opens a folder several times over and does all that a host does to it: appends, views, consumers. What
// is acknowledged goes to a file of marks, which the recorder writes down among the writes and syncs.
import { openSync, writeSync } from 'node:fs'
import { FreshIds, ImmediateTimers, TickingClock, until } from '@throughline/ports/suites'
import { openSqlite } from './open.js'

const [folder = '', marks = '', sessions = '1', appends = '1', scrubbed] = process.argv.slice(2)
const LANES = 4

const die = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}

async function session(marked: number, last: boolean): Promise<void> {
  const ids = new FreshIds()
  const clock = new TickingClock()
  const sqlite = await openSqlite({ folder, clock, ids, timers: new ImmediateTimers(), onFatal: die })
  const { bus, events, views } = sqlite
  const consumer = await bus.consume({
    group: 'test',
    types: ['test.Noted.v1'],
    handle: () => Promise.resolve(),
  })
  let at = await views.position('rows')
  await bus.follow({
    name: 'rows',
    after: at,
    onBatch: async (batch, through) => {
      const changes = batch.map(({ id, data }) => ({ key: id, row: data, lists: { all: id } }))
      await views.write('rows', at, through, changes)
      at = through
    },
  })
  const lane = async (name: string): Promise<void> => {
    const id = ids.next()
    for (let count = 0, version = 0; count < Number(appends); count++) {
      const command = { id: ids.next(), actor: 'system:test', journeyId: id }
      const noted = { type: 'test.Noted.v1', data: { text: 'x'.repeat(300) } }
      const added = count % 2 === 0 ? [noted] : [noted, noted]
      await events.append({ stream: name, id }, version, command, added)
      version += added.length
      const acked = { stream: name, streamId: id, commandId: command.id, events: added.length }
      writeSync(marked, `${JSON.stringify(acked)}\n`)
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(`lane${String(index)}`)))
  await until(async () => consumer.position >= (await events.head()))
  if (scrubbed !== undefined) await sqlite.scrub.run()
  // The last one is not closed: its process just ends.
  if (!last || scrubbed !== undefined) await sqlite.close()
}

async function write(): Promise<never> {
  const marked = openSync(marks, 'a')
  for (let index = 1; index <= Number(sessions); index++) await session(marked, index === Number(sessions))
  process.exit(0)
}

write().catch(die)
