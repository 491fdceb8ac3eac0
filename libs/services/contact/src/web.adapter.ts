import { toInstant } from '@throughline/kernel'

import {
  ChannelAdapter,
  type Address,
  type Capabilities,
  type CloseReason,
  type LegRef,
  type MediaRef,
  type Outgoing,
  type PrivateLeg,
  type RawDelivery,
  type Received,
  type Sent,
} from './channel-adapter.js'
import { toTextParts } from './text-parts.js'
import { readWebBody, type WebBody } from './web.body.js'
import { signWebhook, verifyWebhook, type WebhookKeys } from './webhook-signature.js'

/** Words on their way to the customer's page, which shows each (`id`, `part`) once. */
export interface LivePart {
  readonly id: string
  /** From 1 to `parts`. */
  readonly part: number
  readonly parts: number
  readonly leg: PrivateLeg
  readonly text: string
  readonly quoted?: string
  /** With the last part. */
  readonly media: readonly MediaRef[]
}

/**
 * The customer's live stream. Nobody listening is no failure: the words are in the journey and the page reads them when it
 * is back. It rejects only when it cannot know.
 */
export interface LiveStream {
  place(part: LivePart): Promise<void>
  end(leg: LegRef, why: CloseReason): Promise<void>
}

/**
 * Chat and message on our own pages, without a provider. The door that checked the session seals what it takes in, so that
 * a way past that door brings in nothing; the seal is a Standard Webhooks signature under a key of this process.
 */
export class WebAdapter extends ChannelAdapter {
  readonly can: Capabilities = {
    text: true,
    media: true,
    typing: true,
    seen: true,
    call: false,
    hold: false,
    transfer: false,
    record: false,
    maxText: 8_000,
    maxFile: 10_000_000,
    replyWindow: null,
  }

  constructor(
    readonly kind: 'chat' | 'message',
    private readonly live: LiveStream,
    private readonly keys: WebhookKeys,
  ) {
    super()
  }

  /** `id` is the request's Idempotency-Key, which may hold no dot; `at` our clock in milliseconds since 1970. */
  seal(
    id: string,
    body: WebBody,
    door: { readonly url: string; readonly peer: string; readonly at: number },
  ): RawDelivery {
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    return {
      body: bytes,
      headers: signWebhook(id, door.at, bytes, this.keys),
      url: door.url,
      peer: door.peer,
      at: toInstant(door.at),
    }
  }

  async receive(raw: RawDelivery): Promise<readonly Received[]> {
    // Here rather than thrown at once: whoever calls waits for the promise only.
    await Promise.resolve()
    const providerId = verifyWebhook(raw, this.keys)
    const { from, to, occurredAt, token, what } = readWebBody(raw.body)
    return [
      {
        providerId,
        account: `web-${this.kind}`,
        from: page(from),
        to: page(to),
        occurredAt,
        hints: token === undefined ? [] : [{ by: 'token', token }],
        what,
      },
    ]
  }

  async send(out: Outgoing): Promise<Sent> {
    if (out.is === 'notice') return refused('web.nothing-public')
    if (out.text === '' && out.media.length === 0) return refused('text.nothing')
    if (out.media.some((file) => file.size > this.can.maxFile)) return refused('media.too-large')
    const cut = toTextParts(out.text, this.can.maxText)
    if (cut.is === 'refused') return refused(cut.code)
    const { id, leg, quoted, media } = out
    const parts = cut.parts.length
    try {
      for (const [at, text] of cut.parts.entries()) {
        await this.live.place({
          id,
          part: at + 1,
          parts,
          leg,
          text,
          ...(quoted === undefined ? {} : { quoted }),
          media: at + 1 === parts ? media : [],
        })
      }
    } catch {
      return { is: 'unknown' } // some parts may be there: asked again, the page shows each part once
    }
    return { is: 'accepted', providerId: id }
  }

  async close(leg: LegRef, why: CloseReason): Promise<void> {
    await this.live.end(leg, why)
  }
}

const refused = (code: string): Sent => ({ is: 'refused', code, final: true })

const page = (value: string): Address => ({ kind: 'provider', value })
