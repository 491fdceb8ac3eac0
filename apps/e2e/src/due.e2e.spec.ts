import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromInstant, HOUR } from '@throughline/kernel'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from '@throughline/platform'
import type { Host } from '@throughline/platform'
import type { RecordedEvent } from '@throughline/ports'
import { defect, fromSource, sized } from '@throughline/ports/suites'
import { caseService } from '@throughline/service-case'
import { routingService } from '@throughline/service-routing'
import { assertWorld } from '@throughline/testing'

// Ends what hangs.
jest.setTimeout(sized(120_000, 900_000))

const KILLS = sized(12, 200)
const START = Date.parse('2026-11-20T09:00:00.000Z')

describe('what becomes due while the process dies', () => {
  const folders: string[] = []
  const children: ChildProcess[] = []
  const hosts: Host[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const host of hosts.splice(0)) await host.stop()
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
  })

  /** A process that lives until some steps after it has said what is due, and is killed then. */
  const liveAndDie = async (data: string, round: number, steps: number, turns: number): Promise<void> => {
    const parameters = [
      ...fromSource(join(__dirname, 'due.fixture.ts')),
      data,
      String(round),
      String(START + round * HOUR),
    ]
    const child = spawn(process.execPath, parameters, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const ended = once(child, 'exit')
    let passed = 0
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('failed')) throw new Error(line)
      if (line === 'passed' || (steps === 0 && line.startsWith('due'))) passed++
      if (passed < Math.max(1, steps)) continue
      // Somewhere within the step that follows.
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      child.kill('SIGKILL')
      break
    }
    await ended
  }

  const only = <Data>(
    log: readonly RecordedEvent[],
    name: string,
  ): readonly (RecordedEvent & { readonly data: Data })[] =>
    log.filter(({ type }) => type === `throughline.${name}.v1`) as (RecordedEvent & { readonly data: Data })[]

  const open = async (data: string, now: number, timers: ManualTimers): Promise<Host> => {
    const settings = { ...readSettings({}), data, port: 0, log: 'error', logFormat: 'text' } as const
    const clock = new ManualClock(now)
    const services = [routingService, caseService]
    const host = await start({ services, settings, clock, timers, courier: new MemoryCourier() })
    hosts.push(host)
    return host
  }

  const dieOften = async (seed: number, kills: number): Promise<void> => {
    const data = await mkdtemp(join(tmpdir(), 'throughline-due-'))
    folders.push(data)
    for (let round = 0; round < kills; round++) {
      // From fifty milliseconds before to fifty after: the fifth step is the moment itself. The last dies before it.
      const steps = round === kills - 1 ? 3 : (round * 7 + seed) % 11
      await liveAndDie(data, round, steps, (round * 37 + seed * 11) % 90)
    }
    const timers = new ManualTimers()
    const now = START + kills * HOUR
    const host = await open(data, now, timers)
    const settle = (): Promise<void> => host.readers.settle(() => timers.sleep())
    // Seeded defect: nobody looks for what became due while nobody lived.
    for (let look = 0; look < 3; look++) {
      if (!defect('R35.late')) await timers.run()
      await settle()
    }
    // Seeded defect: what is due is done under a command of its own each time.
    if (defect('R35.twice')) await again(host)
    const log = await assertWorld(host)

    const cases = only<{ readonly caseId: string }>(log, 'CaseOpened')
    const missed = only<{ readonly caseId: string }>(log, 'CasePromiseMissed').map(
      (event) => event.data.caseId,
    )
    expect(cases).toHaveLength(kills * 3)
    expect(missed.sort()).toEqual(cases.map((event) => event.data.caseId).sort())

    interface Called {
      readonly contactId: string
    }
    const promised = only<Called>(log, 'CallbackScheduled').map((event) => event.data.contactId)
    expect(promised).toHaveLength(kills * 3)
    const called = only<Called>(log, 'CallbackDue').map((event) => event.data.contactId)
    expect(called.sort()).toEqual([...promised].sort())
    expect(new Set(called).size).toBe(called.length)

    interface Offered {
      readonly offerId: string
      readonly expiresAt: string
    }
    const offers = only<Offered>(log, 'ContactOffered').filter(
      (event) => fromInstant(event.data.expiresAt) <= now,
    )
    expect(offers.length).toBeGreaterThanOrEqual(kills)
    const over = [...only<Offered>(log, 'OfferExpired'), ...only<Offered>(log, 'OfferWithdrawn')].map(
      (event) => event.data.offerId,
    )
    expect(over.sort()).toEqual(offers.map((event) => event.data.offerId).sort())
    // Nothing was early either.
    for (const {
      data: { expiresAt, offerId },
    } of offers) {
      const expired = only<Offered>(log, 'OfferExpired').find((event) => event.data.offerId === offerId)
      if (expired) expect(expired.recordedAt >= expiresAt).toBe(true)
    }
  }

  const again = async (host: Host): Promise<void> => {
    const [missed] = (await host.events.readAll({ limit: 100_000 })).filter(
      ({ type }) => type === 'throughline.CasePromiseMissed.v1',
    )
    if (missed === undefined) return
    const target = { stream: missed.stream, id: missed.streamId }
    const { length } = await host.events.readStream(target)
    const { type, data } = missed
    await host.events.append(target, length, { id: 'another', actor: missed.actor }, [{ type, data }])
    await host.readers.settle(() => new Promise((resolve) => setImmediate(resolve)))
  }

  it('R35: offers, callbacks and promises happen once, and never not at all, when it is killed at that moment', async () => {
    await Promise.all([dieOften(1, KILLS / 2), dieOften(2, KILLS / 2)])
  })
})
