import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStore, sha256 } from '@throughline/ports'
import { defect } from '@throughline/ports/suites'
import { ana, archive, at, guest, helena, ivo, joel, rita, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { journeyService } from './index.js'
import { id, JOURNEYS } from './journey.world.suite.js'
import { caseId, check, contactId, keysOf, receiptFor, statementOf, told } from './receipt.suite.js'

let world: World
let journey: string
beforeAll(async () => {
  world = await startWorld([journeyService])
  journey = await told(world)
})
afterAll(() => world.stop())

describe('a receipt', () => {
  it('receipt: holds every event of the journey with the bytes that were hashed, and the script says so', async () => {
    if (defect('receipt.dropped')) {
      const store = world.host.app.get(EventStore)
      const read = store.readJourney.bind(store)
      store.readJourney = async (...of) => (await read(...of)).filter(({ stream }) => stream !== 'contact')
    }
    const receipt = await receiptFor(world, journey)
    const events = (await world.events()).filter(({ journeyId }) => journeyId === journey)
    expect(receipt.events.map(({ position, hash }) => ({ position, hash }))).toEqual(
      events.map(({ position, hash }) => ({ position, hash })),
    )
    for (const { previous, body, hash } of receipt.events) expect(sha256(previous + (body ?? ''))).toBe(hash)
    expect(receipt.others).toMatchObject([{ stream: 'case', sequence: 1, hashes: [expect.any(String)] }])
    expect(statementOf(receipt)).toMatchObject({
      journeyId: journey,
      for: 'staff',
      position: (await world.events()).length,
      issuedAt: at(0),
      events: events.length,
      withheld: [],
      streams: [
        { stream: 'journey', streamId: journey, events: 2, own: 2 },
        { stream: 'contact', streamId: contactId, events: 3, own: 3 },
        { stream: 'case', streamId: caseId, events: 3, own: 2 },
      ],
    })
    const { code, said } = check(receipt, await keysOf(world))
    expect(said).toContain('HOLDS')
    expect(said).toContain(`journey ${journey}, ${String(events.length)} events in 3 streams`)
    expect(code).toBe(0)
  })

  it('receipt: hides from the customer what is the team’s own, and her chain still holds', async () => {
    const hers = await receiptFor(world, journey, ana)
    const events = (await world.events()).filter(({ journeyId }) => journeyId === journey)
    const noted = events.find(({ type }) => type === 'throughline.ContactNoteAdded.v1')
    expect(JSON.stringify(hers)).not.toContain('Sounds like the pump')
    expect(JSON.stringify(hers)).toContain('It was moved')
    expect(statementOf(hers)).toMatchObject({ for: 'customer', withheld: [noted?.position] })
    const { code, said } = check(hers, await keysOf(world))
    expect(said).toContain('1 of them as hashes alone')
    expect(code).toBe(0)
    expect(await receiptFor(world, journey, helena, '?as=customer')).toEqual(hers)
    expect(check(hers, await keysOf(world), await receiptFor(world, journey, rita)).code).toBe(0)
  })

  it('receipt: a foreign journey and an unknown one are told apart by nothing, and agents get none', async () => {
    const foreign = await world.as(tomas).get(`${JOURNEYS}/${journey}/receipt`)
    const unknown = await world.as(tomas).get(`${JOURNEYS}/${id('404')}/receipt`)
    const untraced = ({ body }: { readonly body: unknown }) => ({
      ...(body as object),
      instance: '',
      traceId: '',
    })
    expect(foreign.status).toBe(404)
    expect(untraced(foreign)).toEqual(untraced(unknown))
    expect((await world.as(guest).get(`${JOURNEYS}/${journey}/receipt`)).status).toBe(404)
    expect((await world.as(ivo).get(`${JOURNEYS}/${id('404')}/receipt`)).status).toBe(404)
    expect((await world.as(joel).get(`${JOURNEYS}/${journey}/receipt`)).status).toBe(403)
    expect((await world.as(archive).get(`${JOURNEYS}/${journey}/receipt`)).status).toBe(403)
    expect((await world.anyone().get(`${JOURNEYS}/${journey}/receipt`)).status).toBe(401)
  })

  it('receipt: what does not fit into its chain is not signed', async () => {
    const store = world.host.app.get(EventStore)
    const read = store.readStream.bind(store)
    store.readStream = async (of) =>
      (await read(of)).map((event) =>
        event.type === 'throughline.MessagePosted.v1' ? { ...event, actor: 'system:forger' } : event,
      )
    const { status } = await world.as(ivo).get(`${JOURNEYS}/${journey}/receipt`)
    store.readStream = read
    expect(status).toBe(500)
  })

  it('receipt: is signed by the same key after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'receipt-'))
    const settings = { store: 'sqlite', data: join(folder, 'data') } as const
    const first = await startWorld([journeyService], { settings })
    const { lasting, receipt, keys } = await (async () => {
      const lasting = await told(first)
      return { lasting, receipt: await receiptFor(first, lasting), keys: await keysOf(first) }
    })().finally(() => first.stop())
    const second = await startWorld([journeyService], { settings })
    try {
      expect(await keysOf(second)).toEqual(keys)
      const later = await receiptFor(second, lasting)
      expect(check(receipt, await keysOf(second), later)).toMatchObject({ code: 0 })
    } finally {
      await second.stop()
      rmSync(folder, { recursive: true })
    }
  })
})
