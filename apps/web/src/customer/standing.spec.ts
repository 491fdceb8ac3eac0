import { createInstance } from 'i18next'
import type { TFunction } from 'i18next'
import type { ChannelStanding } from '../api/routing'
import { Format } from '../words/format'
import customer from '../words/en/customer.json'
import shared from '../words/en/shared.json'
import { standingWords } from './standing'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')
const words = createInstance()
let say: TFunction<'customer'>
let f: Format
beforeAll(async () => {
  await words.init({
    lng: 'en',
    resources: { en: { customer, shared } },
    interpolation: { escapeValue: false },
  })
  say = words.getFixedT('en', 'customer')
  const common = words.getFixedT('en', 'shared')
  f = new Format(
    'en',
    (key, values) => common(key as 'time.today', values ?? {}),
    () => NOW,
  )
})

const channel = (part: Partial<ChannelStanding>): ChannelStanding => ({
  channel: 'chat',
  pace: 'immediate',
  open: true,
  until: null,
  opensAt: null,
  wait: { shown: { from: 60, to: 120 } },
  kept: null,
  ...part,
})
const said = (...channels: ChannelStanding[]): string | undefined => standingWords(channels, f, say, NOW)

describe('what is said beside Contact us (C12, C58)', () => {
  it('is the wait of the first quick channel, and until when it is open', () => {
    const until = new Date(NOW + 3_600_000)
    expect(said(channel({ until: until.toISOString() }))).toBe(
      `Chat answers in about 2 minutes, open until ${f.time(until)}.`,
    )
    expect(said(channel({}))).toBe('Chat answers in about 2 minutes, open day and night.')
  })

  it('never says more exactly than is known', () => {
    expect(said(channel({ wait: { shown: { from: 0, to: 30 } } }))).toContain('in under a minute')
    expect(said(channel({ wait: { shown: { from: 60, to: 480 } } }))).toContain('in up to 8 minutes')
    expect(said(channel({ wait: { shown: { from: 700, to: 1_300 } } }))).toContain('in about 20 minutes')
    expect(said(channel({ wait: { shown: { from: 1_800, to: null } } }))).toContain('in more than 30 minutes')
    expect(said(channel({ wait: { shown: { from: 3_000, to: 7_200 } } }))).toContain('by about')
  })

  it('passes over what nobody serves, and a slow channel has no wait to tell', () => {
    expect(said(channel({ wait: null }), channel({ channel: 'phone' }))).toMatch(/^By phone we answer/)
    expect(said(channel({ channel: 'message', pace: 'slow' }))).toBe(
      'Write to us now, we answer as soon as we can.',
    )
  })

  it('says when the next one opens while all are closed', () => {
    const closed = channel({ open: false, wait: null, opensAt: '2026-11-23T08:00:00.000Z' })
    expect(said(closed, channel({ channel: 'message', pace: 'slow' }))).toBe(
      `Write to us now. Chat opens ${f.moment('2026-11-23T08:00:00.000Z')}.`,
    )
    expect(said()).toBeUndefined()
  })
})
