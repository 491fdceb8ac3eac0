// A process that opens a schema and writes to it, telling each command once it is acknowledged. Parameters: the address, the
// schema, the id of the stream that all such processes share, how many commands each of its lanes wishes (0: until it is
// killed), and the id of a command: with it, all they do is to wish that one.
import { Refused } from '@throughline/kernel'
import type { DomainEvent, Stream } from '@throughline/kernel'
import type { Command } from '@throughline/ports'
import { defect, FreshIds, TickingClock } from '@throughline/ports/suites'
import { openPostgres } from './open.js'
import { RealTimers } from './worlds.fixture.js'

const [url = '', schema = '', shared = '', count = '0', twin = ''] = process.argv.slice(2)
const LANES = 4

type Noted = DomainEvent<'test.Noted.v1', { readonly text: string }>
const counter: Stream<number, Noted> = { name: 'counter', initial: 0, evolve: (state) => state + 1 }
const noted: Noted = { type: 'test.Noted.v1', data: { text: 'x'.repeat(100) } }
const timers = new RealTimers()

/** As a caller does whose command may or may not have taken effect: the same again, until there is an answer. */
async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Refused) || error.detail.retryAfter === undefined) throw error
      await timers.sleep(50)
    }
  }
}

async function write(): Promise<void> {
  const ids = new FreshIds()
  const { events, close } = await again(() =>
    openPostgres({ url, schema, clock: new TickingClock(), ids, timers }),
  )
  const say = (stream: string, id: string, command: string, added: number): void => {
    process.stdout.write(`acked ${stream} ${id} ${command} ${String(added)}\n`)
  }
  process.stdout.write('open\n')
  const most = Number(count) === 0 ? Infinity : Number(count)
  const wish = (id = ids.next()): Command => ({ id, actor: 'system:test', journeyId: shared })

  // A stream that only this lane writes: what it expects is what it wrote.
  const own = async (): Promise<void> => {
    const id = ids.next()
    for (let done = 0; done < most; done++) {
      const command = wish()
      // R01's defect: told before it is durable.
      if (defect('R01.postgres')) say('own', id, command.id, 2)
      await again(() => events.append({ stream: 'own', id }, done * 2, command, [noted, noted]))
      if (!defect('R01.postgres')) say('own', id, command.id, 2)
    }
  }
  // The stream that everybody writes: who loses the race decides anew.
  const common = async (): Promise<void> => {
    for (let done = 0; done < most; done++) {
      const command = wish()
      const target = { stream: counter.name, id: shared }
      // R04's defect: who lost the race believes to have won it.
      if (defect('R04.postgres')) {
        const { version } = await events.load(counter, shared)
        await events.append(target, version, command, [noted]).catch(() => undefined)
      } else await again(() => events.transact(counter, shared, () => [noted], command))
      say(counter.name, shared, command.id, 1)
    }
  }
  // One command that everybody wishes, many times over.
  const twins = async (): Promise<void> => {
    for (let done = 0; done < most; done++) {
      // R03's defect: each attempt calls itself something else.
      const command = wish(defect('R03.postgres') ? ids.next() : twin)
      const { outcome } = await again(() => events.transact(counter, twin, () => [noted, noted], command))
      process.stdout.write(`twin ${outcome}\n`)
    }
  }
  const lanes = (): readonly Promise<void>[] => (twin === '' ? [own(), common()] : [twins()])
  await Promise.all(Array.from({ length: LANES }, lanes).flat())
  await close()
}

write().catch((error: unknown) => {
  process.stdout.write(`failed ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
