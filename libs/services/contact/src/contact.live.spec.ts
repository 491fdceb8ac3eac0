import { publicEvents } from '@throughline/contracts'
import type { EventOf } from '@throughline/contracts'
import fc from 'fast-check'
import { isLive, LIVE, seenBy, shortName } from './contact.live.js'
import { CONTACT, JOEL, JOURNEY, MESSAGE } from './contact.suite.js'

/** What only the team may read, wherever an event carries it. */
const SECRET = 'for the team alone'
const secretFields = [
  'causes',
  'why',
  'cause',
  'digest',
  'excluded',
  'queue',
  'need',
  'level',
  'preferredAgentId',
]
const openFields = { why: ['throughline.LegClosed.v1'] as readonly string[] }

const data = fc.record({
  contactId: fc.constant(CONTACT),
  journeyId: fc.constant(JOURNEY),
  text: fc.string(),
  words: fc.string(),
  ...Object.fromEntries(secretFields.map((field) => [field, fc.constant(SECRET)])),
  added: fc.constant(SECRET),
})

describe('a live stream', () => {
  it('shows customers nothing that is for the team, whatever an event carries now or later', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LIVE), data, (type, told) => {
        const event: unknown = { type, data: told }
        if (!isTold(event) || openFields.why.includes(type)) return
        expect(JSON.stringify(seenBy('customer', event) ?? {})).not.toContain(SECRET)
      }),
    )
  })

  it('never shows a digest, to either side', () => {
    const event = {
      type: 'throughline.ContinuationUsed.v1',
      data: { contactId: CONTACT, journeyId: JOURNEY, digest: SECRET, channel: 'phone' },
    } as const
    expect(seenBy('staff', event)).toEqual({ contactId: CONTACT, channel: 'phone' })
    expect(seenBy('customer', event)).toEqual({ contactId: CONTACT, channel: 'phone' })
  })

  it('shows notes to the team alone', () => {
    const note: EventOf<'throughline.ContactNoteAdded.v1'> = {
      type: 'throughline.ContactNoteAdded.v1',
      data: { contactId: CONTACT, journeyId: JOURNEY, noteId: MESSAGE, agentId: JOEL, text: SECRET },
    }
    expect(seenBy('customer', note)).toBeUndefined()
    expect(seenBy('staff', note)).toEqual(note.data)
  })

  it('listens to events there are', () => {
    expect(LIVE.filter((type) => !publicEvents().has(type))).toEqual([])
    expect(shortName('throughline.MessagePosted.v1')).toBe('MessagePosted')
  })
})

function isTold(event: unknown): event is Parameters<typeof seenBy>[1] {
  return typeof event === 'object' && event !== null && 'type' in event && 'data' in event
    ? isLive({ type: String(event.type), data: event.data })
    : false
}
