import { createHmac } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Randomness } from '@throughline/kernel'
import { Secrets } from '@throughline/ports'
import type { ContinuationKeys } from './continuation-token.js'
import { makeSpokenCode } from './spoken-code.js'
import type { SpokenCode } from './spoken-code.js'

/** Everything that needs a key of this server. */
@Injectable()
export class ContactKeys {
  constructor(
    private readonly secrets: Secrets,
    private readonly randomness: Randomness,
  ) {}

  /** Keys of long tokens. */
  async tokens(): Promise<ContinuationKeys> {
    return [await this.#key('tokens')]
  }

  /** Keys under which our own pages' deliveries are sealed. */
  async seal(): Promise<readonly [Uint8Array]> {
    return [await this.#key('seal')]
  }

  /** The code of a command, always the same, so that the same request again shows the same code and nobody stores it. */
  async codeFor(commandId: string): Promise<SpokenCode> {
    return makeSpokenCode(
      new Drawn(
        createHmac('sha256', await this.#key('codes'))
          .update(commandId)
          .digest(),
      ),
    )
  }

  /** What is stored of a code. Keyed, since 35 bits are found by trying from a plain digest. */
  async digestOfCode(code: SpokenCode): Promise<string> {
    return createHmac('sha256', await this.#key('digests'))
      .update(code)
      .digest('hex')
  }

  /** A name for an address on the network that does not give the address away. */
  async veil(address: string): Promise<string> {
    return createHmac('sha256', await this.#key('addresses'))
      .update(address)
      .digest('hex')
  }

  async #key(name: string): Promise<Uint8Array> {
    const kept = await this.secrets.keep(`contact.${name}`, () =>
      Promise.resolve(Buffer.from(this.randomness.bytes(32)).toString('base64')),
    )
    return Buffer.from(kept, 'base64')
  }
}

/** Draws from given bytes, one for each; only for bounds that divide 256, where no number is likelier than another. */
class Drawn extends Randomness {
  #at = 0

  constructor(private readonly given: Uint8Array) {
    super()
  }

  bytes(count: number): Uint8Array {
    return this.given.slice(this.#at, (this.#at += count))
  }

  below(bound: number): number {
    const byte = this.given[this.#at++]
    if (byte === undefined || 256 % bound !== 0) throw new RangeError(`cannot draw below ${String(bound)}`)
    return byte % bound
  }
}
