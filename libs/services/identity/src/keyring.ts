import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Randomness } from '@throughline/kernel'
import { Secrets } from '@throughline/ports'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Constant time for texts of one length; digests are. */
export function sameDigest(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What identity can make and open because it holds keys that are not in the log. */
@Injectable()
export class Keyring {
  readonly #keys = new Map<string, Promise<Buffer>>()

  constructor(
    private readonly secrets: Secrets,
    private readonly randomness: Randomness,
  ) {}

  /**
   * 256 bits as base64url, the same for the same parts, guessed by nobody without the key (HMAC-SHA-256). A repeated
   * command can therefore be answered with the secret of its first answer although only a digest was stored.
   */
  async secret(...parts: readonly string[]): Promise<string> {
    const key = await this.#key('identity.secret-key')
    return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
  }

  /** AES-256-GCM: personal data of people who may never become customers does not stand in the log readable. */
  async seal(text: string): Promise<string> {
    const nonce = this.randomness.bytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', await this.#key('identity.seal-key'), nonce)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** @throws Error when it was not sealed with this key */
  async open(sealed: string): Promise<string> {
    const bytes = Buffer.from(sealed, 'base64url')
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', await this.#key('identity.seal-key'), nonce)
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  }

  /** 32 random bytes as base64url: what {@link Secrets.keep} makes the first time. */
  random(): string {
    return Buffer.from(this.randomness.bytes(KEY_BYTES)).toString('base64url')
  }

  #key(name: string): Promise<Buffer> {
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const key = this.secrets
      .keep(name, () => Promise.resolve(this.random()))
      .then((kept) => Buffer.from(kept, 'base64url'))
    this.#keys.set(name, key)
    // A failure must not be remembered: the next caller asks again.
    key.catch(() => this.#keys.delete(name))
    return key
  }
}
