import { fill } from '@throughline/demo'
import type { RecordedEvent } from '@throughline/ports'
import { sized } from '@throughline/ports/suites'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

interface Decided {
  readonly shown: { readonly id: string; readonly journeyId: string; readonly at: string }
}
interface Receipt {
  readonly events: readonly { readonly position: number; readonly body: string | null }[]
}

/** Runs a script of the repository as a process of its own, as whoever keeps the machine would. */
function run(script: string, ...parameters: readonly string[]) {
  const file = join(__dirname, '../../../scripts', script)
  return new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
    execFile(process.execPath, [file, ...parameters], { maxBuffer: 2 ** 26 }, (error, out, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: out + said })
    })
  })
}

// It starts processes; this only ends one that hangs.
jest.setTimeout(120_000)

describe('the demo story, looked back at', () => {
  let stage: Stage
  let log: readonly RecordedEvent[]
  const get = async <Body>(path: string): Promise<Body> => (await stage.operator.get<Body>(path)).body
  const found = (type: string) => log.filter((event) => event.type === `throughline.${type}.v1`)
  const keep = async (name: string, content: unknown): Promise<string> => {
    const path = join(stage.data, name)
    await writeFile(path, JSON.stringify(content))
    return path
  }

  beforeAll(async () => {
    stage = await openStage()
    await fill({ ...stage, now: () => stage.clock.now(), mailbox: stage.mailbox }, { days: sized(0, 2) })
    await stage.settle()
    log = await stage.host().events.readAll({ limit: 1_000_000 })
    await keep('running.json', { url: stage.url, pid: process.pid })
  })
  afterAll(() => stage.stop())

  it('C48: every offer of channels comes out again from what was known just before it', async () => {
    const made = found('ChannelsOffered').slice(-sized(20, 200))
    expect(made.length).toBeGreaterThan(5)
    for (const { position, streamId } of made) {
      const { id, ...shown } = (await get<Decided>(`/api/v1/routing/decisions/${streamId}`)).shown
      expect(id).toBe(streamId)
      const query = `position=${String(position - 1)}&at=${shown.at}`
      expect(await get(`/api/v1/routing/journeys/${shown.journeyId}/channels?${query}`)).toEqual({
        ...shown,
        position: position - 1,
      })
    }
  })

  it('C48: a journey and a case are the same for ever from the position they name', async () => {
    for (const [path, type] of [
      ['/api/v1/journey/journeys/:id/context', 'JourneyStarted'],
      ['/api/v1/case/cases/:id', 'CaseOpened'],
    ] as const) {
      for (const { position, streamId } of found(type).slice(-10)) {
        const at = path.replace(':id', streamId)
        for (const later of [0, 7, 40, 100_000]) {
          const then = await get<{ readonly position: number }>(`${at}?position=${String(position + later)}`)
          expect(await get(`${at}?position=${String(then.position)}`)).toEqual(then)
        }
      }
    }
  })

  it('C48: npm run replay prints the same as the API', async () => {
    const [journey, opened, offer] = ['JourneyStarted', 'CaseOpened', 'ChannelsOffered'].map(
      (type) => found(type).at(-1)?.streamId ?? '',
    )
    const replay = async (...parameters: readonly string[]): Promise<unknown> => {
      const { code, said } = await run('replay.mjs', ...parameters, '--data', stage.data)
      expect({ code, said }).toMatchObject({ code: 0 })
      return JSON.parse(said)
    }
    const position = String(log.length)
    const context = `/api/v1/journey/journeys/${String(journey)}/context`
    expect(await replay(String(journey), '--position', position)).toEqual(
      await get(`${context}?position=${position}`),
    )
    const at = stage.clock.instant()
    expect(await replay('--case', String(opened), '--until', at, '--as', 'customer')).toEqual(
      await get(`/api/v1/case/cases/${String(opened)}?occurredUntil=${at}&as=customer`),
    )
    expect(await replay('--offer', String(offer))).toEqual(
      await get(`/api/v1/routing/decisions/${String(offer)}`),
    )
    const of = found('ChannelsOffered').at(-1)?.journeyId ?? ''
    expect(await replay('--channels', of, '--at', at)).toEqual(
      await get(`/api/v1/routing/journeys/${of}/channels?at=${at}`),
    )
    expect((await run('replay.mjs', '--offer', 'x', '--at', at)).said).toContain('--at says nothing here')
  })

  it('receipt: of whole journeys hold against what the log says, and are signed', async () => {
    const keys = await keep('jwks.json', await get('/api/v1/journey/receipt-keys'))
    for (const { streamId } of found('CaseOpened').slice(-3).flatMap(journeyOf(log))) {
      const receipt = await get<Receipt>(`/api/v1/journey/journeys/${streamId}/receipt`)
      const told = log.filter(({ journeyId }) => journeyId === streamId)
      expect(receipt.events.map(({ position }) => position)).toEqual(told.map(({ position }) => position))
      const { code, said } = await run('verify-receipt.mjs', await keep('r.json', receipt), '--keys', keys)
      expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('HOLDS') as string })
    }
  })
})

function journeyOf(log: readonly RecordedEvent[]) {
  return ({ journeyId }: RecordedEvent) =>
    log.filter(({ type, streamId }) => type === 'throughline.JourneyStarted.v1' && streamId === journeyId)
}
