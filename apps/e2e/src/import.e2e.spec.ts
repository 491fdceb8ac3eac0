import { importCommand, importCsv, readMapping } from '@throughline/importing'
import type { ImportReport } from '@throughline/importing'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedEvent } from '@throughline/ports'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

const folder = join(__dirname, '../../../libs/importing')
const mapping = readMapping(readFileSync(join(folder, 'mappings/cfpb.yaml'), 'utf8'))
const file = join(folder, 'fixtures/complaints.csv')

describe('a history of another system', () => {
  let stage: Stage
  let scratch: string
  const refused: { line: number; why: string }[] = []

  const run = (path = file): Promise<ImportReport> =>
    importCsv({
      file: path,
      mapping,
      client: stage.operator,
      now: stage.clock.now(),
      onRefused: (line, why) => refused.push({ line, why }),
    })
  const recorded = async (type?: string): Promise<readonly RecordedEvent[]> => {
    await stage.settle()
    const events = await stage.host().events.readAll({ limit: 100_000 })
    return events.filter((event) => type === undefined || event.type === type)
  }

  beforeAll(async () => {
    stage = await openStage()
    scratch = await mkdtemp(join(tmpdir(), 'throughline-import-'))
  })
  afterAll(async () => {
    await stage.stop()
    await rm(scratch, { recursive: true, force: true })
  })

  it('goes in row by row; a bad row is told by line and reason and the others go in', async () => {
    const report = await run()
    expect(report).toMatchObject({ rows: 6, imported: 3, known: 0 })
    expect(refused.map(({ line, why }) => [line, why.split(' ')[0]])).toEqual([
      [7, 'date_received'],
      [9, 'date_received'],
      [10, 'consumer_disputed'],
    ])
  })

  it('becomes journeys, contacts, cases and feedback, and is never routed', async () => {
    expect(await recorded('throughline.JourneyStarted.v1')).toHaveLength(3)
    expect(await recorded('throughline.ContactSummarised.v1')).toHaveLength(3)
    expect(await recorded('throughline.CaseOpened.v1')).toHaveLength(3)
    expect(await recorded('throughline.CaseResolved.v1')).toHaveLength(2)
    expect(await recorded('throughline.FeedbackGiven.v1')).toHaveLength(2)
    expect(await recorded('throughline.ContactQueued.v1')).toEqual([])
  })

  it('keeps when it happened apart from when it was recorded, in what follows from it too', async () => {
    const now = stage.clock.instant()
    const [opened] = (await recorded('throughline.CaseOpened.v1')).filter(({ occurredAt }) =>
      occurredAt.startsWith('2017-03'),
    )
    expect(opened).toMatchObject({ occurredAt: '2017-03-21T04:00:00.000Z', recordedAt: now })
  })

  it('keeps quoted newlines, quotes and what looks like a separator', async () => {
    const words = (await recorded('throughline.MessagePosted.v1')).map(
      ({ data }) => (data as { text: string }).text,
    )
    const requested = (await recorded('throughline.ContactRequested.v1')).map(
      ({ data }) => (data as { words?: string }).words,
    )
    expect([...words, ...requested]).toContain('They wrote:\n"pay at once".\n\nI owe nothing.')
    const summaries = (await recorded('throughline.ContactSummarised.v1')).map(
      ({ data }) => (data as { words: string }).words,
    )
    expect(summaries).toContain('NORTH, SOUTH & CO: Closed with explanation')
  })

  it('adds nothing when it is run again', async () => {
    const before = (await recorded()).length
    expect(await run()).toMatchObject({ rows: 6, imported: 0, known: 3 })
    expect((await recorded()).length).toBe(before)
  })

  it('is not rewritten by a row that has changed since', async () => {
    const changed = join(scratch, 'changed.csv')
    await writeFile(
      changed,
      readFileSync(file, 'utf8').replace('Letters I cannot place', 'Letters I can place'),
    )
    const before = (await recorded()).length
    expect((await run(changed)).refused).toMatchObject(
      expect.arrayContaining([
        { line: 3, why: 'this row went in before with other content; history is not rewritten' },
      ]),
    )
    expect((await recorded()).length).toBe(before)
  })

  it('replays like any other journey', async () => {
    const journeys = await recorded('throughline.JourneyStarted.v1')
    const started = journeys.find(({ occurredAt }) => occurredAt === '2017-03-21T04:00:00.000Z')
    const { body } = await stage.operator.get(`/api/v1/journey/journeys/${started?.journeyId ?? ''}/context`)
    expect(JSON.stringify(body)).toContain('Wrong information on my report')
    const then = `/api/v1/journey/journeys/${started?.journeyId ?? ''}/context?occurredUntil=2016-01-01T00:00:00.000Z`
    await expect(stage.operator.get(then)).rejects.toMatchObject({ status: 404 })
  })

  it('of a file without the columns is refused before anything is sent', async () => {
    const other = join(scratch, 'other.csv')
    await writeFile(other, 'a,b\n1,2\n')
    await expect(run(other)).rejects.toThrow(/no column “.*date_received/)
  })

  it('begins with a command line that says what it needs', async () => {
    const told: string[] = []
    const streams = { out: (text: string) => told.push(text), error: (text: string) => told.push(text) }
    expect(await importCommand([], {}, stage.clock.now(), streams)).toBe(1)
    expect(told.join('')).toContain('--mapping')
    const nowhere = ['--mapping', join(folder, 'mappings/cfpb.yaml'), '--data', scratch, file]
    expect(await importCommand(nowhere, {}, stage.clock.now(), streams)).toBe(1)
    expect(told.join('')).toContain('Nothing runs on')
  })
})
