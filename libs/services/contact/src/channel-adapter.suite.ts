import { describe, expect, it } from '@jest/globals'
import { fromInstant, MINUTE, Refused, toInstant } from '@throughline/kernel'
import fc from 'fast-check'

import {
  Forged,
  Stale,
  type ChannelAdapter,
  type PrivateWords,
  type RawDelivery,
  type Received,
} from './channel-adapter.js'
import { joinDelivery, type DeliveryState } from './delivery-state.js'

export interface GoldenDelivery {
  readonly name: string
  readonly raw: RawDelivery
  readonly received: readonly Received[]
}

/** What the other side holds of our sending, each (`id`, `part`) once, in the order of its first coming. */
export interface HeardPart {
  readonly id: string
  readonly part: number
  readonly parts: number
  readonly text: string
}

/** An adapter with the other side beside it: a provider's stand-in, or the real peer. */
export interface ChannelHarness {
  readonly adapter: ChannelAdapter
  /** Each with another provider id, at least one of them text. */
  readonly golden: readonly GoldenDelivery[]
  /** Deliveries as the provider makes and signs them; `id` is the provider's. */
  says(id: string, text: string): RawDelivery
  receipt(id: string, of: string, state: DeliveryState): RawDelivery
  /** Words the adapter may send now. */
  words(id: string, text: string): PrivateWords
  heard(): readonly HeardPart[]
}

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['Latin with marks', 'Žluťoučký kůň, ångström, e\u0301 and é'],
  ['Greek and Cyrillic', 'Πού είναι το δέμα; Где посылка?'],
  ['Arabic and Hebrew', 'أين طردي؟ איפה החבילה?'],
  ['Indic scripts', 'मेरा पार्सल कहाँ है? আমার পার্সেল কোথায়? என் பொதி எங்கே?'],
  ['Thai and Khmer', 'พัสดุของฉันอยู่ที่ไหน កញ្ចប់របស់ខ្ញុំនៅឯណា'],
  [
    'Chinese, Japanese and Korean',
    '我的包裹在哪里？荷物はどこ？ 내 소포는 어디에 있나요? \u1112\u1161\u11ab',
  ],
  ['signs of four bytes', '📦👩‍👩‍👧‍👦🇺🇦🏳️‍🌈 𝔘𝕟𝕚 𠀀 𐍈'],
  ['marks of direction', '\u202eabc\u202c \u2066def\u2069 \u200fghi\u200e'],
  ['line ends', 'one\r\ntwo\nthree\rfour\u2028five\u0085six'],
  ['spaces at the ends', '  \u00a0\ttwo  spaces\u3000 '],
  ['what markup and shells would eat', `<b>&amp; "quoted" 'single' \`\${x}\` %00 \\n \\u0041 {"a":1}`],
  ['characters one cannot see', 'a\u200bb\u200cc\u200dd\ufefff\u00adg'],
]

/** The rows of the contract that make sense for every channel. The adapter's spec is a factory and this call. */
export function channelAdapterSuite(
  product: string,
  make: () => ChannelHarness | Promise<ChannelHarness>,
): void {
  describe(`${product} as a channel`, () => {
    it('reads each golden delivery as it should', async () => {
      const { adapter, golden } = await make()
      expect(golden.length).toBeGreaterThan(0)
      for (const { raw, received } of golden) expect(await adapter.receive(raw)).toEqual(received)
    })

    it('gives plain data, nothing of a driver', async () => {
      const { adapter, golden } = await make()
      for (const { raw } of golden) {
        const received = await adapter.receive(raw)
        expect(JSON.parse(JSON.stringify(received))).toStrictEqual(received)
      }
    })

    it('H09: delivered 2 to 50 times in any order, each has one effect and its first answer', async () => {
      const { adapter, golden } = await make()
      const many = fc.array(fc.integer({ min: 2, max: 50 }), {
        minLength: golden.length,
        maxLength: golden.length,
      })
      const deliveries = many.chain((counts) => {
        const repeated = golden.flatMap((each, at) => Array.from({ length: counts[at] ?? 2 }, () => each))
        return fc.shuffledSubarray(repeated, { minLength: repeated.length })
      })
      await fc.assert(
        fc.asyncProperty(deliveries, async (delivered) => {
          const journal = new Journal()
          for (const { raw, received } of delivered)
            expect(await journal.take(adapter, raw)).toEqual(received)
          expect(journal.size).toBe(golden.flatMap(({ received }) => received).length)
        }),
        { numRuns: 10 },
      )
    })

    it('H09: a body changed in any byte, cut short or gone on is Forged and leaves no trace', async () => {
      const { adapter, golden, heard } = await make()
      for (const { raw, received } of golden) {
        for (const body of altered(raw.body)) {
          await expect(adapter.receive({ ...raw, body })).rejects.toBeInstanceOf(Forged)
        }
        expect(await adapter.receive(raw)).toEqual(received)
      }
      expect(heard()).toEqual([])
    })

    it('H09: a day late it is Stale, or the same delivery once more', async () => {
      const { adapter, golden } = await make()
      for (const { raw, received } of golden) {
        const late = { ...raw, at: toInstant(fromInstant(raw.at) + 24 * 60 * MINUTE) }
        const answer = await answerTo(adapter, late)
        if (answer !== 'Stale') expect(answer).toEqual(received)
      }
    })

    it('H09: receipts before their message and in any order end at the same state', async () => {
      const { adapter, says, receipt } = await make()
      if (!adapter.can.seen) return
      const deliveries = [
        says('message-1', 'Hello'),
        receipt('receipt-1', 'message-1', 'delivered'),
        receipt('receipt-2', 'message-1', 'seen'),
      ]
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(deliveries, { minLength: 3 }), async (shuffled) => {
          const journal = new Journal()
          for (const raw of shuffled) await journal.take(adapter, raw)
          expect(journal.stateOf('message-1')).toBe('seen')
        }),
      )
    })

    it.each(TEXTS)('brings %s in and out byte for byte, or refuses with a code', async (_, text) => {
      await expectCarried(await make(), 'one', text)
    })

    it('brings any text in and out byte for byte, or refuses with a code', async () => {
      const harness = await make()
      let id = 0
      const graphemes = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
      const binary = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 })
      await fc.assert(
        fc.asyncProperty(fc.oneof(graphemes, binary), (text) =>
          expectCarried(harness, `any-${String(id++)}`, text),
        ),
      )
    })

    it('refuses half a surrogate pair in both directions', async () => {
      const { adapter, says, words, heard } = await make()
      await expect(adapter.receive(says('half', 'a\ud83d'))).rejects.toBeInstanceOf(Refused)
      expect(await adapter.send(words('half', 'a\ud83d'))).toMatchObject({ is: 'refused', final: true })
      expect(heard()).toEqual([])
    })

    it('sends text that is too long in parts of the same id, cut between graphemes, or refuses it', async () => {
      const { adapter, words, heard } = await make()
      const family = '👩‍👩‍👧‍👦e\u0301\r\n'
      const text = family.repeat(Math.ceil((2.5 * adapter.can.maxText) / family.length))
      const sent = await adapter.send(words('long', text))
      if (sent.is === 'refused') {
        expectRefused(sent)
        return
      }
      const parts = heard()
      expect(parts.map(({ id, part }) => [id, part])).toEqual(parts.map((_, at) => ['long', at + 1]))
      expect(new Set(parts.map((part) => part.parts))).toEqual(new Set([parts.length]))
      expect(parts.length).toBeGreaterThan(2)
      expect(Math.max(...parts.map((part) => part.text.length))).toBeLessThanOrEqual(adapter.can.maxText)
      expect(parts.map((part) => part.text).join('')).toBe(text)
      const whole = countGraphemes(text)
      expect(parts.reduce((sum, part) => sum + countGraphemes(part.text), 0)).toBe(whole)
    })

    it('refuses one sign that is longer than a message', async () => {
      const { adapter, words, heard } = await make()
      const sent = await adapter.send(words('towering', `a${'\u0301'.repeat(adapter.can.maxText)}`))
      expectRefused(sent)
      expect(heard()).toEqual([])
    })

    it('H10: asked again under the same id, does not send again', async () => {
      const { adapter, words, heard } = await make()
      const first = await adapter.send(words('again', 'Only once'))
      const before = heard()
      expect(await adapter.send(words('again', 'Only once'))).toEqual(first)
      expect(heard()).toEqual(before)
      expect(before).toEqual([{ id: 'again', part: 1, parts: 1, text: 'Only once' }])
    })

    it('closes a leg twice as once', async () => {
      const { adapter, words } = await make()
      const { leg } = words('close', 'Bye')
      await adapter.close(leg, 'ended')
      await expect(adapter.close(leg, 'ended')).resolves.toBeUndefined()
    })
  })
}

/** Records as the contact's stream does: by account and provider id, once; receipts wait for their message. */
class Journal {
  private readonly answers = new Map<string, Received>()
  private readonly states = new Map<string, DeliveryState>()

  get size(): number {
    return this.answers.size
  }

  async take(adapter: ChannelAdapter, raw: RawDelivery): Promise<readonly Received[]> {
    return (await adapter.receive(raw)).map((received) => this.record(received))
  }

  stateOf(message: string): DeliveryState | undefined {
    return this.states.get(message)
  }

  private record(received: Received): Received {
    const key = JSON.stringify([received.account, received.providerId])
    const known = this.answers.get(key)
    if (known !== undefined) return known
    this.answers.set(key, received)
    const { what, providerId } = received
    if (what.is === 'text') this.join(providerId, 'accepted')
    if (what.is === 'receipt') this.join(what.of, what.state)
    return received
  }

  private join(message: string, state: DeliveryState): void {
    this.states.set(message, joinDelivery(this.states.get(message) ?? 'waiting', state))
  }
}

function altered(body: Uint8Array): readonly Uint8Array[] {
  const changed = Array.from(body, (byte, at) => body.with(at, byte ^ (1 << (at % 8))))
  return [...changed, body.slice(0, -1), Uint8Array.of(...body, 0x20)]
}

async function answerTo(adapter: ChannelAdapter, raw: RawDelivery): Promise<readonly Received[] | 'Stale'> {
  try {
    return await adapter.receive(raw)
  } catch (error) {
    if (error instanceof Stale) return 'Stale'
    throw error
  }
}

async function expectCarried(harness: ChannelHarness, id: string, text: string): Promise<void> {
  const { adapter, says, words, heard } = harness
  try {
    const [received] = await adapter.receive(says(id, text))
    expect(received?.what).toMatchObject({ is: 'text', text })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    expect(error.code).not.toBe('')
  }
  const sent = await adapter.send(words(id, text))
  if (sent.is === 'refused') {
    expectRefused(sent)
    return
  }
  expect(sent.is).toBe('accepted')
  const parts = heard().filter((part) => part.id === id)
  expect(Buffer.from(parts.map((part) => part.text).join(''))).toEqual(Buffer.from(text))
}

function expectRefused(sent: unknown): void {
  expect(sent).toEqual({ is: 'refused', code: expect.stringMatching(/^[a-z][a-z.-]+$/), final: true })
}

function countGraphemes(text: string): number {
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].length
}
