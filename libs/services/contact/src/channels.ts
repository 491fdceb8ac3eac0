import { Injectable } from '@nestjs/common'
import type { Channel } from '@throughline/contracts'
import type { ChannelAdapter, ChannelKind } from './channel-adapter.js'
import { ContactKeys } from './contact.keys.js'
import { WebAdapter } from './web.adapter.js'
import type { LiveStream } from './web.adapter.js'

/**
 * Our own pages hear from the log: an event is on its way to them as soon as it is recorded. So there is nothing left
 * to place here, and a page that was away finds everything in the thread.
 */
const HEARD_FROM_THE_LOG: LiveStream = {
  place: () => Promise.resolve(),
  end: () => Promise.resolve(),
}

/** Which product carries a channel. */
@Injectable()
export class Channels {
  #web: Promise<Readonly<Record<'chat' | 'message', WebAdapter>>> | undefined

  constructor(private readonly keys: ContactKeys) {}

  /** What a leg says of it: `web` for our pages, `desk` where a person at a desk or phone says what happens. */
  nameOf(channel: Channel): string {
    return carrier[channel]
  }

  /** Undefined where words are spoken, or where nobody carries them yet: they stand in the thread all the same. */
  async of(
    channel: Channel,
  ): Promise<{ readonly kind: ChannelKind; readonly adapter: ChannelAdapter } | undefined> {
    if (carrier[channel] !== 'web') return undefined
    const adapter = await this.page(channel)
    return { kind: adapter.kind, adapter }
  }

  /** Our pages' own adapter: words on a page that belong to no chat are a message. */
  async page(channel: Channel): Promise<WebAdapter> {
    this.#web ??= this.#open()
    return (await this.#web)[channel === 'chat' ? 'chat' : 'message']
  }

  async #open(): Promise<Readonly<Record<'chat' | 'message', WebAdapter>>> {
    const keys = await this.keys.seal()
    return {
      chat: new WebAdapter('chat', HEARD_FROM_THE_LOG, keys),
      message: new WebAdapter('message', HEARD_FROM_THE_LOG, keys),
    }
  }
}

const carrier: Readonly<Record<Channel, 'web' | 'desk'>> = {
  chat: 'web',
  message: 'web',
  webform: 'web',
  email: 'web',
  phone: 'desk',
  callback: 'desk',
  store: 'desk',
  social: 'desk',
}
