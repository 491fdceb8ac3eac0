import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DamagedRecord } from '@throughline/ports'
import type { Command, RecordedEvent, StreamName } from '@throughline/ports'
import { defect, sized, wholeLog } from '@throughline/ports/suites'
import { UnusableDatabase } from './connection.js'
import { seeded } from './disk.fixture.js'
import { cleanUp, folder, open } from './folders.fixture.js'
import type { Sqlite } from './open.js'

// Ends what hangs; how fast threads start is not asked here.
jest.setTimeout(sized(120_000, 3_600_000))

afterEach(cleanUp)

const SEED = Number(process.env.SEED ?? 8)
const JOURNEYS = 20
const STREAMS = ['journey', 'contact', 'case', 'feedback']
const PAGE_SIZE = 4096
const AT_ONCE = 4

/** What was asked of the record before anything happened to it, and what it answered. */
interface Answers {
  readonly log: readonly RecordedEvent[]
  readonly streams: ReadonlyMap<StreamName, readonly RecordedEvent[]>
  readonly journeys: ReadonlyMap<string, readonly RecordedEvent[]>
  readonly commands: readonly {
    readonly target: StreamName
    readonly command: Command
    readonly events: number
  }[]
}

/** Journeys as services write them: a stream that is called as the journey is, and others that carry its id. */
async function written(place: string): Promise<Answers> {
  const sqlite = await open(place)
  const commands: { target: StreamName; command: Command; events: number }[] = []
  const random = seeded(SEED)
  const versions = new Map<string, number>()
  for (let round = 0; round < 8; round++) {
    for (let journey = 0; journey < JOURNEYS; journey++) {
      const journeyId = `j-${String(journey).padStart(8, '0')}-4f0e-8a5b-1c2d3e4f5a6b`
      const which = Math.floor(random() * STREAMS.length)
      // Feedback is given once: a stream of one event.
      if (which === 3 && versions.has(`feedback ${journeyId}`)) continue
      const stream = STREAMS[which] ?? 'journey'
      const target = { stream, id: which === 0 ? journeyId : `${stream}-of-${journeyId}` }
      const version = versions.get(`${stream} ${journeyId}`) ?? 0
      const count = which === 3 ? 1 : 1 + Math.floor(random() * 3)
      const command = { id: `${target.id}-${String(version)}`, actor: 'system:test', journeyId }
      const texts = Array.from({ length: count }, () => 'word '.repeat(10 + Math.floor(random() * 60)))
      await sqlite.events.append(
        target,
        version,
        command,
        texts.map((text) => ({ type: 'test.Noted.v1', data: { text } })),
      )
      versions.set(`${stream} ${journeyId}`, version + count)
      commands.push({ target, command, events: count })
    }
  }
  const { events } = sqlite
  const log = await wholeLog(events)
  const streams = new Map<StreamName, readonly RecordedEvent[]>()
  for (const { stream, streamId, sequence } of log) {
    const target = { stream, id: streamId }
    if (sequence === 0) streams.set(target, await events.readStream(target))
  }
  streams.set({ stream: 'contact', id: 'nobody' }, [])
  const journeys = new Map<string, readonly RecordedEvent[]>()
  for (const { journeyId } of log)
    if (journeyId !== undefined) journeys.set(journeyId, await events.readJourney(journeyId))
  await sqlite.close()
  return { log, streams, journeys, commands }
}

/** Bits to flip: half of them anywhere, half of them where no event's text stands but how events are found. */
function bits(file: string, count: number): readonly number[] {
  const size = readFileSync(file).length
  const database = new DatabaseSync(file, { readOnly: true })
  const found = database
    .prepare("SELECT pageno FROM dbstat WHERE name <> 'events' OR pagetype <> 'leaf'")
    .all()
  database.close()
  const pages = found.map(({ pageno }) => Number(pageno) - 1)
  const random = seeded(SEED)
  return Array.from({ length: count }, (_, index) => {
    const page = pages[Math.floor(random() * pages.length)] ?? 0
    const byte = index % 2 === 0 ? random() * size : (page + random()) * PAGE_SIZE
    return Math.floor(byte) * 8 + Math.floor(random() * 8)
  })
}

type Answer = 'same' | 'damaged' | 'other'

async function answer(ask: () => Promise<unknown>, wanted: unknown): Promise<Answer> {
  try {
    return isDeepStrictEqual(await ask(), wanted) ? 'same' : 'other'
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error
    // The defect: a reader that believes the index it asked.
    return defect('R08.index') && error.message.includes('missing in an index') ? 'other' : 'damaged'
  }
}

/** The defect: a reader that takes what is stored for what was written. */
function unproved(place: string, { stream, id }: StreamName): unknown {
  const database = new DatabaseSync(join(place, 'events.db'), { readOnly: true })
  try {
    return database
      .prepare(
        `SELECT e.position, e.body, e.hash FROM streams s JOIN events e ON e.stream = s.number
         WHERE s.stream = ? AND s.id = ? ORDER BY e.sequence`,
      )
      .all(stream, id)
      .map(({ position, body, hash }) => ({ ...(JSON.parse(String(body)) as object), position, hash }))
  } catch {
    throw new DamagedRecord('unreadable')
  } finally {
    database.close()
  }
}

/** How everything that can be asked was answered. */
async function asked({ events }: Sqlite, place: string, { log, streams, journeys, commands }: Answers) {
  const answers: Answer[] = [await answer(() => wholeLog(events), log)]
  let readable = 0
  for (const [target, wanted] of streams) {
    const read = defect('R08.raw')
      ? () => Promise.resolve(unproved(place, target))
      : () => events.readStream(target)
    const said = await answer(read, wanted)
    if (said === 'same') readable += 1 / streams.size
    answers.push(said)
  }
  const again = async ({ target, command }: Answers['commands'][number]): Promise<unknown> => {
    const { outcome, events: first } = await events.append(target, 0, command, [])
    return [outcome, first.length]
  }
  const repeated = commands.map((wish) => answer(() => again(wish), ['replayed', wish.events]))
  answers.push(...(await Promise.all(repeated)))
  const ofJourneys: Answer[] = []
  for (const [journey, wanted] of journeys)
    ofJourneys.push(await answer(() => events.readJourney(journey), wanted))
  return { answers, journeys: ofJourneys, readable }
}

interface Outcome {
  readonly bit: number
  readonly kind: 'refused' | 'harmless' | 'found' | 'served'
  /** Journeys answered with less than there is, which only the scrub can know. */
  readonly leftToScrub: boolean
  readonly scrubbed: readonly string[]
  /** Share of streams that were read as ever. */
  readonly readable: number
}

async function flipped(place: string, bit: number, whole: Buffer, wanted: Answers): Promise<Outcome> {
  const bytes = Buffer.from(whole)
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  writeFileSync(join(place, 'events.db'), bytes)
  let sqlite: Sqlite
  try {
    sqlite = await open(place)
  } catch (error) {
    if (!(error instanceof UnusableDatabase)) throw error
    return { bit, kind: 'refused', leftToScrub: false, scrubbed: [error.message], readable: 0 }
  }
  const { answers, journeys, readable } = await asked(sqlite, place, wanted)
  const leftToScrub = journeys.includes('other')
  const scrubbed = leftToScrub && !defect('R08.scrub') ? await sqlite.scrub.run() : []
  await sqlite.close()
  const all = [...answers, ...journeys]
  const found = all.includes('damaged') || leftToScrub ? 'found' : 'harmless'
  return { bit, kind: answers.includes('other') ? 'served' : found, leftToScrub, scrubbed, readable }
}

describe('a bit that flips in the closed file of the log', () => {
  it('R08: is found before a byte of it is served, and other streams go on', async () => {
    const original = folder()
    const wanted = await written(original)
    const whole = readFileSync(join(original, 'events.db'))
    const root = folder()
    const outcomes: Outcome[] = []
    const flips = [...bits(join(original, 'events.db'), sized(200, 5_000))]
    const lane = async (): Promise<void> => {
      for (let bit = flips.pop(); bit !== undefined; bit = flips.pop()) {
        const place = join(root, String(flips.length))
        mkdirSync(place)
        for (const name of ['bus.db', 'views.db']) copyFileSync(join(original, name), join(place, name))
        outcomes.push(await flipped(place, bit, whole, wanted))
        rmSync(place, { recursive: true })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))

    const of = (kind: Outcome['kind']): readonly Outcome[] =>
      outcomes.filter((outcome) => outcome.kind === kind)
    const left = outcomes.filter(({ leftToScrub }) => leftToScrub)
    const opened = outcomes.filter(({ kind }) => kind !== 'refused')
    const readable = opened.reduce((sum, outcome) => sum + outcome.readable / opened.length, 0)
    process.stdout.write(
      `R08: of ${String(outcomes.length)} flips (SEED=${String(SEED)}) ${String(of('refused').length)} refused the ` +
        `start, ${String(of('found').length)} were found by a reader, ${String(left.length)} of them by the scrub ` +
        `alone, ${String(of('harmless').length)} changed no answer; ${(readable * 100).toFixed(1)} % of streams ` +
        `went on\n`,
    )
    expect(of('served')).toEqual([])
    expect(left.filter(({ scrubbed }) => scrubbed.length === 0)).toEqual([])
    expect(of('found').length).toBeGreaterThan(0)
    expect(readable).toBeGreaterThan(0.9)
  })
})
