import { fromInstant, MINUTE, toInstant } from '@throughline/kernel'

import {
  Forged,
  Stale,
  Unreadable,
  type Outgoing,
  type PrivateWords,
  type PublicLeg,
} from './channel-adapter.js'
import { channelAdapterSuite, type ChannelHarness } from './channel-adapter.suite.js'
import { WebAdapter, type LivePart, type LiveStream } from './web.adapter.js'
import type { WebBody, WebWhat } from './web.body.js'
import { signWebhook, type WebhookKeys } from './webhook-signature.js'

const keys: WebhookKeys = [Buffer.alloc(32, 1)]
const at = 1_795_341_000_000
const occurredAt = toInstant(at - 250)
const door = { url: 'https://help.example.org/contacts/c1/messages', peer: '192.0.2.7', at }
const file = { id: 'm1', name: 'label.pdf', type: 'application/pdf', size: 1234 }

/** The customer's page: keeps each part once, as the outbox and the live view do. */
class Page implements LiveStream {
  readonly shown = new Map<string, LivePart>()
  readonly ended: string[] = []
  breaksAfter = Infinity

  async place(part: LivePart): Promise<void> {
    if (this.shown.size >= this.breaksAfter) throw new Error('connection reset')
    const key = `${part.id} ${String(part.part)}`
    if (!this.shown.has(key)) this.shown.set(key, part)
  }

  async end(_leg: unknown, why: string): Promise<void> {
    this.ended.push(why)
  }
}

const body = (what: WebWhat, more: Partial<WebBody> = {}): WebBody => ({
  from: 'session-1',
  to: 'c1',
  occurredAt,
  what,
  ...more,
})

const words = (id: string, text: string, more: Partial<PrivateWords> = {}): PrivateWords => ({
  is: 'words',
  id,
  leg: { contact: 'c1', leg: 1, account: 'web-chat', readBy: 'customer' },
  from: { kind: 'provider', value: 'c1' },
  to: { kind: 'provider', value: 'session-1' },
  text,
  media: [],
  ...more,
})

function web(kind: 'chat' | 'message' = 'chat'): { readonly adapter: WebAdapter; readonly page: Page } {
  const page = new Page()
  return { adapter: new WebAdapter(kind, page, keys), page }
}

function harness(kind: 'chat' | 'message'): ChannelHarness {
  const { adapter, page } = web(kind)
  const received = {
    account: `web-${kind}`,
    from: { kind: 'provider', value: 'session-1' },
    to: { kind: 'provider', value: 'c1' },
    occurredAt,
    hints: [],
  } as const
  const text: WebWhat = { is: 'text', text: 'Where is it? 📦', quoted: 'a1', media: [file] }
  const seen: WebWhat = { is: 'receipt', of: 'a1', state: 'seen' }
  return {
    adapter,
    golden: [
      {
        name: 'words from a page opened by a token',
        raw: adapter.seal('g1', body(text, { token: 't' }), door),
        received: [{ ...received, providerId: 'g1', hints: [{ by: 'token', token: 't' }], what: text }],
      },
      {
        name: 'a receipt',
        raw: adapter.seal('g2', body(seen), door),
        received: [{ ...received, providerId: 'g2', what: seen }],
      },
      {
        name: 'typing',
        raw: adapter.seal('g3', body({ is: 'typing' }), door),
        received: [{ ...received, providerId: 'g3', what: { is: 'typing' } }],
      },
    ],
    says: (id, said) => adapter.seal(id, body({ is: 'text', text: said, media: [] }), door),
    receipt: (id, of, state) => {
      if (state !== 'delivered' && state !== 'seen') throw new Error('a page gives no such receipt')
      return adapter.seal(id, body({ is: 'receipt', of, state }), door)
    },
    words,
    heard: () =>
      [...page.shown.values()].map(({ id, part, parts, text: shown }) => ({ id, part, parts, text: shown })),
  }
}

channelAdapterSuite('web chat', () => harness('chat'))
channelAdapterSuite('web message', () => harness('message'))

describe('the web adapter', () => {
  const raw = web().adapter.seal('k1', body({ is: 'typing' }), door)
  const shifted = (milliseconds: number) => ({ ...raw, at: toInstant(fromInstant(raw.at) + milliseconds) })

  it('H09: takes what was sealed up to five minutes ago and nothing older', async () => {
    const { adapter } = web()
    await expect(adapter.receive(shifted(5 * MINUTE))).resolves.toHaveLength(1)
    await expect(adapter.receive(shifted(5 * MINUTE + 1))).rejects.toBeInstanceOf(Stale)
    await expect(adapter.receive(shifted(-5 * MINUTE - 1))).rejects.toBeInstanceOf(Stale)
  })

  it('H09: takes nothing that came past the door, nor with another id or time than was sealed', async () => {
    const { adapter } = web()
    const forged = [
      { ...raw, headers: {} },
      { ...raw, headers: { ...raw.headers, 'webhook-id': ['k2'] } },
      { ...raw, headers: { ...raw.headers, 'webhook-timestamp': [String(at / 1000 + 1)] } },
      { ...raw, headers: signWebhook('k1', at, raw.body, [Buffer.alloc(32, 2)]) },
    ]
    for (const each of forged) await expect(adapter.receive(each)).rejects.toBeInstanceOf(Forged)
  })

  it('does not read what a page would not say', async () => {
    const { adapter } = web()
    const good = { from: 'session-1', to: 'c1', occurredAt, what: { is: 'text', text: 'a', media: [] } }
    const bodies: readonly unknown[] = [
      null,
      [],
      'text',
      { ...good, from: '' },
      { ...good, to: 7 },
      { ...good, occurredAt: 'yesterday' },
      { ...good, token: '' },
      { ...good, what: undefined },
      { ...good, what: { is: 'visit', store: 's', note: 'n' } },
      { ...good, what: { is: 'text', text: 1, media: [] } },
      { ...good, what: { is: 'text', text: 'a' } },
      { ...good, what: { is: 'text', text: 'a', media: [{ ...file, size: -1 }] } },
      { ...good, what: { is: 'receipt', of: 'm', state: 'failed' } },
    ]
    const bytes = bodies.map((each) => new TextEncoder().encode(JSON.stringify(each)))
    const broken = [Uint8Array.of(), Uint8Array.of(0x22, 0xff, 0x22), new TextEncoder().encode('\ufeff{}')]
    for (const each of [...bytes, ...broken]) {
      const sealed = { ...raw, body: each, headers: signWebhook('k1', at, each, keys) }
      await expect(adapter.receive(sealed)).rejects.toBeInstanceOf(Unreadable)
    }
  })

  it('places words with their files and quote on the live stream, files with the last part', async () => {
    const { adapter, page } = web()
    const out = words('a1', 'x'.repeat(adapter.can.maxText + 1), { quoted: 'k1', media: [file] })
    expect(await adapter.send(out)).toEqual({ is: 'accepted', providerId: 'a1' })
    expect([...page.shown.values()]).toEqual([
      { id: 'a1', part: 1, parts: 2, leg: out.leg, text: 'x'.repeat(8_000), quoted: 'k1', media: [] },
      { id: 'a1', part: 2, parts: 2, leg: out.leg, text: 'x', quoted: 'k1', media: [file] },
    ])
  })

  it('H10: does not know what arrived when the stream breaks, and asked again completes it without a second copy', async () => {
    const { adapter, page } = web()
    const out = words('a1', 'y'.repeat(20_000))
    page.breaksAfter = 1
    expect(await adapter.send(out)).toEqual({ is: 'unknown' })
    page.breaksAfter = Infinity
    expect(await adapter.send(out)).toEqual({ is: 'accepted', providerId: 'a1' })
    expect([...page.shown.values()].map((part) => part.text).join('')).toBe(out.text)
  })

  it('refuses nothing said at all and a file that is too large, in codes', async () => {
    const { adapter, page } = web()
    expect(await adapter.send(words('a1', ''))).toEqual({ is: 'refused', code: 'text.nothing', final: true })
    const large = words('a2', 'see', { media: [{ ...file, size: 10_000_001 }] })
    expect(await adapter.send(large)).toEqual({ is: 'refused', code: 'media.too-large', final: true })
    expect(await adapter.send(words('a3', '', { media: [file] }))).toMatchObject({ is: 'accepted' })
    expect(page.shown.size).toBe(1)
  })

  it('H15: has no public leg, and words to one do not compile', async () => {
    const { adapter, page } = web()
    const leg: PublicLeg = { contact: 'c1', leg: 2, account: 'web-chat', readBy: 'everybody' }
    // @ts-expect-error words go to private legs only
    const leak: Outgoing = { ...words('a1', 'private'), leg }
    expect(leak.id).toBe('a1')
    const { from, to } = words('a2', '')
    const notice: Outgoing = {
      is: 'notice',
      id: 'a2',
      leg,
      from,
      to,
      notice: 'written-to-you',
      language: 'en',
    }
    expect(await adapter.send(notice)).toEqual({ is: 'refused', code: 'web.nothing-public', final: true })
    expect(page.shown.size).toBe(0)
  })

  it('tells the page why a leg is closed', async () => {
    const { adapter, page } = web()
    await adapter.close(words('a1', '').leg, 'moved')
    expect(page.ended).toEqual(['moved'])
  })
})
