import fc from 'fast-check'
import type { PublicEvents } from '@throughline/contracts'
import { DAY, MINUTE, toInstant } from '@throughline/kernel'
import { MemoryEventStore, MemoryViewStore, viewId } from '@throughline/ports'
import type { RecordedEvent, Vantage } from '@throughline/ports'
import { defect, FreshIds, sized } from '@throughline/ports/suites'
import { ManualClock } from '@throughline/testing'
import { projected } from '@throughline/testing/views'
import { naiveCase } from './case.naive.js'
import { CaseReplay } from './case.replay.js'
import { caseShown } from './case.shown.js'
import { casesView } from './case.view.js'
import { caseContactsView } from './contact.view.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const caseId = id('ca5e')
const [guest, ana, tomas, joel] = [id('1'), id('2'), id('3'), id('4')]
const contacts = [
  { contactId: id('c1'), journeyId: id('a1') },
  { contactId: id('c2'), journeyId: id('a2') },
] as const
const begin = Date.parse('2026-11-20T09:00:00.000Z')

interface Step {
  readonly told: PublicEvents
  readonly stream: string
  readonly streamId: string
  readonly journeyId?: string
}
/** An event, and how many minutes it was late when it was recorded. */
type Recorded = readonly [Step, number]

const oneContact = fc.constantFrom(...contacts)
const text = fc.constantFrom('Water', 'Again', 'Since Tuesday')
const promise = fc.record({
  what: fc.constantFrom('A visit', 'A letter'),
  by: fc.constantFrom(toInstant(begin + 5 * MINUTE), toInstant(begin + DAY)),
})

const contactStep: fc.Arbitrary<Step> = fc
  .tuple(oneContact, text, fc.nat(5), fc.boolean())
  .map(([of, words, kind, flag]) => {
    const where = { stream: 'contact', streamId: of.contactId, journeyId: of.journeyId }
    const person = { id: guest, assurance: 'none' } as const
    const channel = flag ? 'chat' : 'phone'
    const at = { ...of, leg: 1, channel } as const
    switch (kind) {
      case 0: {
        const asked = { ...of, person, channel, readings: [], ...(flag && { words }) } as const
        return { ...where, told: { type: 'throughline.ContactRequested.v1', data: asked } }
      }
      case 1:
        return { ...where, told: { type: 'throughline.ContactConnected.v1', data: at } }
      case 2: {
        const ended = { ...of, by: 'agent', answeredBy: 'person', channel } as const
        return { ...where, told: { type: 'throughline.ContactEnded.v1', data: ended } }
      }
      case 3: {
        const agent = flag && { agentId: joel }
        const causes = flag ? [{ code: 'fitting', words }] : []
        const said = { outcome: flag ? 'resolved' : 'open', issue: flag ? 'same' : 'new' } as const
        const data = {
          ...of,
          channel,
          ...said,
          subject: words,
          words,
          causes,
          promised: [],
          articles: [],
        } as const
        return { ...where, told: { type: 'throughline.ContactSummarised.v1', data: { ...data, ...agent } } }
      }
      default: {
        const author = flag ? 'customer' : 'agent'
        const data = { ...at, messageId: id('3e'), author, mode: 'written', text: words } as const
        return { ...where, told: { type: 'throughline.MessagePosted.v1', data } }
      }
    }
  })

const caseStep: fc.Arbitrary<Step> = fc
  .tuple(fc.nat(6), text, promise, fc.boolean(), oneContact)
  .map(([kind, words, promised, flag, contact]) => {
    const of = { caseId, customerId: guest }
    const where = { stream: 'case', streamId: caseId, journeyId: contact.journeyId }
    switch (kind) {
      case 0: {
        const data = { ...of, ...contacts[1], words, promised: flag ? [promised] : [] }
        return { ...where, told: { type: 'throughline.ContactAddedToCase.v1', data } }
      }
      case 1: {
        const data = { ...of, note: words, visible: flag, ...(flag && { staffId: joel }) }
        return { ...where, told: { type: 'throughline.CaseProgressed.v1', data } }
      }
      case 2:
        return { ...where, told: { type: 'throughline.CaseAssigned.v1', data: { ...of, staffId: ana } } }
      case 3: {
        const { what, by } = promised
        const data = { ...of, what, ...(flag && { by }) }
        return { ...where, told: { type: 'throughline.CasePromiseKept.v1', data } }
      }
      case 4:
        return { ...where, told: { type: 'throughline.CasePromiseMissed.v1', data: { ...of, ...promised } } }
      case 5:
        return {
          ...where,
          told: { type: 'throughline.CaseResolved.v1', data: { ...of, how: 'solved', words } },
        }
      default: {
        const by = flag ? 'staff' : 'customer'
        return { ...where, told: { type: 'throughline.CaseReopened.v1', data: { ...of, why: words, by } } }
      }
    }
  })

const linkStep: fc.Arbitrary<Step> = fc
  .constantFrom(
    {
      type: 'throughline.GuestRecognised.v1',
      data: { guestId: guest, customerId: ana, assurance: 'code' },
    } as const,
    { type: 'throughline.CustomersMerged.v1', data: { customerId: tomas, mergedId: ana } } as const,
    { type: 'throughline.CustomersUnmerged.v1', data: { customerId: tomas, mergedId: ana } } as const,
  )
  .map((told) => ({ told, stream: 'customer', streamId: ana }))

const lateness = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 }))
const recordedOf = (step: fc.Arbitrary<Step>): fc.Arbitrary<Recorded> => fc.tuple(step, lateness)
const opening = promise.map((promised): Step => ({
  stream: 'case',
  streamId: caseId,
  journeyId: contacts[0].journeyId,
  told: {
    type: 'throughline.CaseOpened.v1',
    data: {
      ...{ caseId, customerId: guest, ...contacts[0], subject: 'Water', words: 'A pump' },
      promised: [promised],
      heardAt: toInstant(begin + 10 * MINUTE),
    },
  },
}))
const history = fc
  .tuple(
    fc.array(recordedOf(fc.oneof(contactStep, linkStep)), { maxLength: 6 }),
    recordedOf(opening),
    fc.array(recordedOf(fc.oneof(contactStep, caseStep, caseStep, linkStep)), { maxLength: 16 }),
  )
  .map(([before, opened, after]) => [...before, opened, ...after])

/** A minute for each event; the views have read the first `heard` of them. */
async function world(steps: readonly Recorded[], heard: number) {
  const clock = new ManualClock(begin)
  const store = new MemoryEventStore(clock, new FreshIds())
  const versions = new Map<string, number>()
  for (const [index, [{ told, stream, streamId, journeyId }, late]] of steps.entries()) {
    clock.move(MINUTE)
    const version = versions.get(streamId) ?? 0
    versions.set(streamId, version + 1)
    const occurredAt = toInstant(clock.now() - late * MINUTE)
    const command = { id: `c${String(index)}`, actor: 'system:test', occurredAt }
    const target = { stream, id: streamId }
    await store.append(target, version, { ...command, ...(journeyId !== undefined && { journeyId }) }, [told])
  }
  const log = await store.readAll()
  const views = new MemoryViewStore()
  const held = await projected(casesView, log.slice(0, heard))
  const changes = [...held].map(([key, { row, lists }]) => ({ key, row, lists }))
  await views.write(viewId(casesView), 0, heard, changes)
  return { log, replay: new CaseReplay(store, views) }
}

/** What the live views would have answered, had they read so much of the log and no more. */
async function live(log: readonly RecordedEvent[], toTeam: boolean) {
  const row = (await projected(casesView, log)).get(caseId)?.row
  const held = await projected(caseContactsView, log)
  const rows = new Map([...held].map(([key, each]) => [key, each.row]))
  return row?.kind === 'case' ? caseShown(row, rows, toTeam) : undefined
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

describe('a case at a moment', () => {
  it('C48: is what a plain look through the events gives, as we knew it and as it was', async () => {
    const moment = fc.integer({ min: -40, max: 24 }).map((minutes) => toInstant(begin + minutes * MINUTE))
    const vantage = fc.record(
      { position: fc.nat(24), at: moment, occurredUntil: moment },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(history, vantage, fc.nat(24), fc.boolean(), async (steps, from, lag, toTeam) => {
        const { log, replay } = await world(steps, Math.min(lag, steps.length))
        const then = await replay.of(caseId, seen(from))
        const shown = then && caseShown(then.row, then.contacts, toTeam)
        expect(plain(shown)).toEqual(plain(naiveCase(caseId, log, from, toTeam ? 'team' : 'customer')))
      }),
      { numRuns: sized(300, 5_000) },
    )
  })

  it('C48: is what the live views answered then, and the same position gives it for ever', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(24), fc.boolean(), async (steps, cut, toTeam) => {
        const { log, replay } = await world(steps, steps.length)
        const position = Math.min(cut, log.length)
        const then = await replay.of(caseId, seen({ position }))
        const shown = then && caseShown(then.row, then.contacts, toTeam)
        expect(plain(shown)).toEqual(plain(await live(log.slice(0, position), toTeam)))
        if (then) expect(plain(await replay.of(caseId, { position: then.position }))).toEqual(plain(then))
      }),
      { numRuns: sized(200, 3_000) },
    )
  })
})

/** The vantage as the replay is asked, with what a seeded defect makes of it. */
function seen(vantage: Vantage): Vantage {
  const { position, at } = vantage
  if (defect('C48.case.upTo') && position !== undefined) return { ...vantage, position: position + 1 }
  if (defect('C48.case.late') && at !== undefined) return { occurredUntil: at }
  return vantage
}
