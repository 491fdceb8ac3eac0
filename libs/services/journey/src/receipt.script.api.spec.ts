import fc from 'fast-check'
import { MINUTE } from '@throughline/kernel'
import { EventStore, sha256 } from '@throughline/ports'
import { sized } from '@throughline/ports/suites'
import { ana, at, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { journeyService } from './index.js'
import { begin, JOURNEYS, question } from './journey.world.suite.js'
import type { Receipt } from './receipt.service.js'
import {
  check,
  contactId,
  copy,
  isSame,
  keysOf,
  kidOf,
  receiptFor,
  rehashed,
  statementOf,
  told,
} from './receipt.suite.js'
import type { Paper, PaperEvent } from './receipt.suite.js'

let world: World
let journey: string
beforeAll(async () => {
  world = await startWorld([journeyService])
  journey = await told(world)
})
afterAll(() => world.stop())

describe('the script that checks receipts', () => {
  let receipt: Receipt
  let keys: unknown
  let positions: readonly number[]
  beforeEach(async () => {
    receipt = await receiptFor(world, journey)
    keys = await keysOf(world)
    positions = receipt.events.map(({ position }) => position)
  })
  const where = (type: string): number =>
    receipt.events.find(({ body }) => body?.includes(`throughline.${type}.v1`))?.position ?? 0
  const altered = (change: (paper: Paper) => void): ReturnType<typeof check> => {
    const paper = copy(receipt)
    change(paper)
    return check(paper, keys)
  }
  const eventAt = (paper: Paper, position: number): PaperEvent => {
    const found = paper.events.find((event) => event.position === position)
    if (found === undefined) throw new Error(`nothing at ${String(position)}`)
    return found
  }

  it('receipt: names an event of which a byte was altered', () => {
    const at = where('MessagePosted')
    const { code, said } = altered((paper) => {
      const event = eventAt(paper, at)
      event.body = event.body?.replace('moved', 'mowed') ?? null
    })
    expect(said).toContain(`The event at position ${String(at)} was altered`)
    expect(code).toBe(1)
  })

  it('receipt: tells an altered event also where all hashes after it were made anew', () => {
    const at = where('MessagePosted')
    const { code, said } = altered((paper) => {
      const event = eventAt(paper, at)
      event.body = event.body?.replace('moved', 'mowed') ?? null
      rehashed(paper, at)
    })
    const last = where('ContactNoteAdded')
    expect(said).toContain(`ends at the event at position ${String(last)} with another hash than was signed`)
    expect(code).toBe(1)
  })

  it('receipt: names where an event was dropped, in the middle and at the end', () => {
    const middle = where('MessagePosted')
    const [before, after] = [where('ContactRequested'), where('ContactNoteAdded')]
    expect(altered(({ events }) => events.splice(positions.indexOf(middle), 1)).said).toContain(
      `an event is missing between the event at position ${String(before)} and the event at position ${String(after)}`,
    )
    expect(altered(({ events }) => events.splice(positions.indexOf(after), 1)).said).toContain(
      `an event is missing after the event at position ${String(middle)}`,
    )
    expect(altered(({ others }) => others.splice(0, 1)).said).toContain(
      `an event is missing between the event at position ${String(where('CaseOpened'))}`,
    )
    expect(altered(({ events }) => events.splice(2, 3)).said).toContain(
      `contact ${contactId} 3 events are missing`,
    )
  })

  it('receipt: names events that changed places', () => {
    const [first, second] = [where('ContactRequested'), where('MessagePosted')]
    const { code, said } = altered((paper) => {
      const [one, two] = [eventAt(paper, first), eventAt(paper, second)]
      const [here, there] = [positions.indexOf(first), positions.indexOf(second)]
      paper.events[here] = two
      paper.events[there] = one
    })
    expect(said).toContain(
      `The event at position ${String(first)} stands after the one at position ${String(second)}`,
    )
    expect(code).toBe(1)
    const renumbered = altered((paper) => {
      const [one, two] = [eventAt(paper, first), eventAt(paper, second)]
      ;[one.body, two.body] = [two.body, one.body]
    })
    expect(renumbered.said).toContain(`position ${String(first)} stands in another place`)
    const moved = altered((paper) => (eventAt(paper, where('CaseAssigned')).position += 1))
    expect(moved.said).toMatch(/position \d+ is younger than the statement/)
    expect(altered((paper) => (eventAt(paper, first).position = second - 0.5)).code).toBe(1)
  })

  it('receipt: names a link of the chain that does not follow the one before', () => {
    const at = where('CaseAssigned')
    const { said } = altered((paper) => {
      const [run] = paper.others
      if (run) run.hashes[0] = sha256('another')
    })
    expect(said).toContain(`the event at position ${String(at)} does not follow number 1`)
  })

  it('receipt: names an event of another journey, and the statement of another', async () => {
    const other = await begin(world)
    const foreign = await receiptFor(world, other)
    const at = foreign.events[0]?.position ?? 0
    const swapped = altered((paper) => paper.events.push(...copy(foreign).events))
    expect(swapped.said).toContain(`The event at position ${String(at)} is of journey ${other}`)
    expect(swapped.code).toBe(1)
    const restated = altered((paper) => (paper.statement = foreign.statement))
    expect(restated.said).toContain(
      `position ${String(positions[0])} is of journey ${journey}, the statement of`,
    )
  })

  it('receipt: names a statement that was forged, signed by another key or not to be known', async () => {
    const asOf = `position ${String(statementOf(receipt).position)}`
    const forged = altered((paper) => {
      const [header = '', , signature = ''] = paper.statement.split('.')
      const statement = { ...statementOf(receipt), issuedAt: at(MINUTE) }
      paper.statement = [
        header,
        Buffer.from(JSON.stringify(statement)).toString('base64url'),
        signature,
      ].join('.')
    })
    expect(forged).toMatchObject({
      code: 1,
      said: expect.stringContaining(`as of ${asOf} does not hold`) as string,
    })
    const elsewhere = await startWorld([journeyService])
    try {
      const others = (await keysOf(elsewhere)) as { readonly keys: readonly { readonly x: string }[] }
      expect(check(receipt, others).said).toMatch(new RegExp(`as of ${asOf} is signed by key .* not among`))
      const disguised = { keys: others.keys.map((key) => ({ ...key, kid: kidOf(receipt) })) }
      expect(check(receipt, disguised).said).toContain('is not the one that its name says')
    } finally {
      await elsewhere.stop()
    }
    expect(check(receipt)).toMatchObject({ code: 3, said: expect.stringContaining('not checked') as string })
    expect(check({ nothing: true }, keys)).toMatchObject({ code: 1 })
    expect(check('{', keys).code).toBe(2)
  })

  it('receipt: a later one must extend it, so that a stream kept back then is told now', async () => {
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, { ...question, value: 'Since Tuesday' })
    const later = await receiptFor(world, journey)
    expect(check(receipt, keys, later)).toMatchObject({
      code: 0,
      said: expect.stringContaining('extends the earlier one') as string,
    })
    expect(check(later, keys, receipt).said).toContain('is as of position')
    const store = world.host.app.get(EventStore)
    const read = store.readJourney.bind(store)
    store.readJourney = async (...of) => (await read(...of)).filter(({ stream }) => stream !== 'contact')
    const silent = await receiptFor(world, journey)
    store.readJourney = read
    expect(check(silent, keys).code).toBe(0)
    expect(check(receipt, keys, silent).said).toContain(
      `The event at position ${String(where('MessagePosted'))} stands in the earlier receipt and not in the later`,
    )
    expect(check(silent, keys, await receiptFor(world, journey)).said).toContain(
      `The event at position ${String(where('MessagePosted'))} was not in the earlier receipt`,
    )
  })

  it('receipt: no single character can be changed without being told', () => {
    const text = JSON.stringify(receipt)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'a', 'f', '7', 'x'), (index, by) => {
        const changed = text.slice(0, index) + by + text.slice(index + 1)
        fc.pre(changed !== text && !isSame(changed, receipt))
        const { code, said } = check(changed, keys)
        expect({ code, said }).not.toMatchObject({ code: 0 })
      }),
      { numRuns: sized(25, 400) },
    )
  })
})
