import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Randomness } from '@throughline/kernel'
import { Secrets } from '@throughline/ports'

/** What PKCS #8 puts before the 32 bytes of an Ed25519 private key (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface PublicKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  /** Its thumbprint (RFC 7638): who wrote it down once knows the key again, wherever it is served. */
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

interface SigningKey {
  readonly key: KeyObject
  readonly jwk: PublicKey
}

/** The installation's key for receipts. It is another than the one of tokens: a receipt has to hold for decades. */
@Injectable()
export class ReceiptKeys {
  #signing: Promise<SigningKey> | undefined

  constructor(
    private readonly secrets: Secrets,
    private readonly randomness: Randomness,
  ) {}

  /** A JSON Web Signature in compact form (RFC 7515, RFC 8037) over the statement as JSON. */
  async sign(statement: object): Promise<string> {
    const { key, jwk } = await this.#signingKey()
    const header = { alg: 'EdDSA', typ: 'receipt+jws', kid: jwk.kid }
    const signed = [header, statement].map((part) => base64url(JSON.stringify(part))).join('.')
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
  }

  async jwks(): Promise<{ readonly keys: readonly PublicKey[] }> {
    return { keys: [(await this.#signingKey()).jwk] }
  }

  #signingKey(): Promise<SigningKey> {
    this.#signing ??= this.#load().catch((error: unknown) => {
      this.#signing = undefined
      throw error
    })
    return this.#signing
  }

  async #load(): Promise<SigningKey> {
    const seed = await this.secrets.keep('journey.receipt-key', () =>
      Promise.resolve(Buffer.from(this.randomness.bytes(32)).toString('base64url')),
    )
    const key = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, Buffer.from(seed, 'base64url')]),
      format: 'der',
      type: 'pkcs8',
    })
    const { x } = createPublicKey(key).export({ format: 'jwk' })
    if (x === undefined) throw new Error('this is no Ed25519 signing key')
    const required = { crv: 'Ed25519', kty: 'OKP', x } as const
    const kid = createHash('sha256').update(JSON.stringify(required)).digest('base64url')
    return { key, jwk: { ...required, kid, alg: 'EdDSA', use: 'sig' } }
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
