import { CHANNELS, publicEvents } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { fold, Refused } from '@throughline/kernel'
import { projected, recorded } from '@throughline/testing/views'
import fc from 'fast-check'
import { CALL_CAUSES, CALL_STATES, tellCall } from './contact.call.js'
import { endContact, giveUp, leaveContact, summariseContact } from './contact.ends.js'
import { contacts } from './contact.js'
import type { By, ContactState, ContactStreamEvent } from './contact.js'
import { dropContact, goOn, takeContact, transferContact } from './contact.moves.js'
import { after, JOEL, LATER, MIRA, NOW, requested, WAYS } from './contact.suite.js'
import { contactsView } from './contact.view.js'
import type { ContactRow } from './contact.view.js'
import { addNote, issueContinuation, markSeen, postMessage } from './contact.words.js'

type Wish = (state: ContactState) => readonly ContactStreamEvent[]

const ids = fc.integer({ min: 1, max: 6 }).map((n) => `0d000000-0000-7000-8000-00000000000${String(n)}`)
const agents = fc.constantFrom(JOEL, MIRA)
const channels = fc.constantFrom<Channel>('chat', 'phone', 'callback', 'message', 'social', 'email')
const by: fc.Arbitrary<By> = fc.oneof(
  fc.constant({ is: 'customer' } as const),
  agents.map((id) => ({ is: 'agent', id }) as const),
)
const digests = fc.constantFrom('d'.repeat(64), 'e'.repeat(64))
const summary = {
  outcome: 'open',
  issue: 'new',
  subject: 's',
  words: 'w',
  causes: [],
  promised: [],
  articles: [],
} as const
const everywhere = CHANNELS.map((from) => ({
  from,
  to: CHANNELS,
  by: ['customer', 'agent', 'dropped'] as const,
}))

const wishes: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ agentId: agents, channel: channels }).map(takeContact),
  fc.record({ messageId: ids, by, text: fc.constant('x') }).map(postMessage),
  fc.record({ messageId: ids, by }).map(markSeen),
  fc.record({ noteId: ids, agentId: agents, text: fc.constant('n') }).map(addNote),
  fc
    .record({ by, digest: digests, form: fc.constant('spoken' as const), expiresAt: fc.constant(LATER) })
    .map(issueContinuation),
  fc
    .record({
      to: channels,
      by,
      leg: fc.constant({ by: 'session', assurance: 'code', adapter: 'web' }),
      escalation: fc.constantFrom(WAYS, everywhere),
    })
    .map(goOn),
  fc
    .record({
      to: channels,
      by: fc.constant({ is: 'customer' } as const),
      leg: fc.constant({ by: 'code', assurance: 'none', adapter: 'web' }),
      escalation: fc.constant(everywhere),
      proof: digests.map((digest) => ({ digest, now: NOW })),
      holderId: agents,
    })
    .map(goOn),
  fc.record({ agentId: agents, skills: fc.constant([]), why: fc.constant('w') }).map(transferContact),
  fc.record({ leg: fc.integer({ min: 1, max: 3 }), cause: fc.constant('gone') }).map(dropContact),
  fc
    .record({ state: fc.constantFrom(...CALL_STATES), cause: fc.constantFrom(...CALL_CAUSES), by })
    .map(tellCall),
  by.map((each) => endContact({ by: each })),
  fc.constantFrom('gave-up' as const, 'solved' as const).map((why) => leaveContact({ why })),
  fc.constantFrom('dropped' as const, 'unanswered' as const).map((each) => giveUp({ by: each })),
  agents.map((agentId) => summariseContact({ agentId, summary })),
)

const first = fc.constantFrom('chat' as const, 'phone' as const, 'callback' as const, 'social' as const)
const lives = fc.tuple(first, fc.array(wishes, { maxLength: 50 }))

describe('P1: the contact', () => {
  it('reaches no illegal state by whatever is wished, and what is refused records nothing', () => {
    fc.assert(
      fc.property(lives, ([channel, wished]) => {
        let state = after(requested(channel))
        for (const wish of wished) {
          const before = structuredClone(state)
          try {
            state = fold(contacts, wish(state), state)
          } catch (error) {
            expect(error).toBeInstanceOf(Refused)
          }
          expectLegal(before, state)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('wished the same twice in a row, records it once or refuses', () => {
    fc.assert(
      fc.property(lives, wishes, ([channel, wished], last) => {
        const state = live(channel, wished).state
        const events = quietly(last, state)
        const names = new Set(events.map(({ type }) => type))
        // Notes are as many as are written; every other wish is fact after the first time.
        if (names.has('throughline.ContactNoteAdded.v1')) return
        expect(quietly(last, fold(contacts, events, state))).toEqual([])
      }),
    )
  })

  it('its list row says what its stream says, after any life', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async ([channel, wished]) => {
        const { state, events } = live(channel, wished)
        const row = await rowOf(events)
        if (state.status === 'none') throw new Error('it was requested')
        const { leg, channel: present } = state.contact.legs.at(-1) ?? {}
        expect(row).toMatchObject({ state: state.status, channel: present, leg })
        const agentId = 'agentId' in state ? state.agentId : row?.agentId
        expect(row?.agentId).toBe(agentId)
        const { said, seen } = state.contact
        const unseen = said.slice(seen.agent).filter(({ author }) => author === 'customer')
        const unread = row?.unread ?? []
        // The last of what she said, without what an answer made old: an order, and nothing that was seen.
        expect(unread).toEqual(unseen.map(({ id }) => id).slice(unseen.length - unread.length))
        const open = ['waiting', 'ringing', 'connected', 'dropped'].includes(state.status)
        const hers = said.at(-1)?.author === 'customer' && said.at(-1)?.id === row?.unread.at(-1)
        if (open && hers) expect(row?.unansweredSince).toBeDefined()
        if (!open) expect([row?.unansweredSince, unread]).toEqual([undefined, []])
      }),
      { numRuns: 300 },
    )
  })

  it('is with whoever talked last when it ends while it waits for somebody else', async () => {
    const leg = { by: 'session', assurance: 'code', adapter: 'web' }
    const { events } = live('chat', [
      takeContact({ agentId: JOEL, channel: 'chat' }),
      goOn({ to: 'phone', by: { is: 'customer' }, leg, escalation: WAYS }),
      giveUp({ by: 'unanswered' }),
    ])
    expect(await rowOf(events)).toMatchObject({ state: 'wrapping', agentId: JOEL })
  })

  it('folds every event of its contract, whenever it comes', () => {
    const types = [...publicEvents().values()].filter(({ says }) => says !== '').map(({ type }) => type)
    expect(types).toContain('throughline.ContactRequested.v1')
    fc.assert(
      fc.property(lives, ([channel, wished]) => {
        for (const event of live(channel, wished).events.slice(2)) {
          expect(contacts.evolve(contacts.initial, event)).toEqual({ status: 'none' })
        }
      }),
      { numRuns: 100 },
    )
  })
})

function expectLegal(before: ContactState, state: ContactState): void {
  if (state.status === 'none' || before.status === 'none') throw new Error('it was requested')
  const { legs, said, seen, answered, summary: written } = state.contact
  const open = legs.filter((leg) => leg.open)
  const live = state.status === 'waiting' || state.status === 'ringing' || state.status === 'connected'
  expect(open).toEqual(live ? [legs.at(-1)] : [])
  expect(legs.map(({ leg }) => leg)).toEqual(legs.map((_, at) => at + 1))
  expect(legs.filter((leg) => !leg.open && leg.call !== 'none')).toEqual([])
  expect(legs.at(-1)?.call === 'ringing').toBe(state.status === 'ringing')
  if (state.status === 'connected' || state.status === 'dropped' || state.status === 'wrapping')
    expect(answered).toBe(true)
  if (state.status === 'left') expect(answered).toBe(false)
  if (written !== undefined) expect([state.status, answered]).toEqual(['ended', true])
  expect(new Set(said.map(({ id }) => id)).size).toBe(said.length)
  expect(Math.max(seen.agent, seen.customer)).toBeLessThanOrEqual(said.length)
  // Nothing said is ever lost, and what is over stays over.
  expect(said.slice(0, before.contact.said.length)).toEqual(before.contact.said)
  if (['left', 'ended'].includes(before.status)) expect(state.status).toBe(before.status)
  if (before.status === 'wrapping') expect(['wrapping', 'ended']).toContain(state.status)
}

function live(channel: 'chat' | 'phone' | 'callback' | 'social', wished: readonly Wish[]) {
  const events = [...requested(channel)(contacts.initial)]
  for (const wish of wished) events.push(...quietly(wish, fold(contacts, events)))
  return { events, state: fold(contacts, events) }
}

function quietly(wish: Wish, state: ContactState): readonly ContactStreamEvent[] {
  try {
    return wish(state)
  } catch (error) {
    if (error instanceof Refused) return []
    throw error
  }
}

async function rowOf(events: readonly ContactStreamEvent[]): Promise<ContactRow | undefined> {
  const log = events.map((event, sequence) => recorded(event, { streamId: 'c', sequence, occurredAt: NOW }))
  return [...(await projected(contactsView, log)).values()][0]?.row
}
