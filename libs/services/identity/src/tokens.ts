import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { Clock, fromInstant, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { Secrets, TokenKeys } from '@throughline/ports'
import type { Assurance, Role } from '@throughline/ports'
import { Keyring } from './keyring.js'

const ISSUER = 'throughline'
const ACCESS_LIFETIME = 15 * MINUTE
/** What PKCS #8 puts before the 32 bytes of an Ed25519 private key (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface Claims {
  /** `customer:<id>`, `guest:<id>`, `staff:<id>` or `client:<id>`. */
  readonly actor: string
  readonly roles: readonly Role[]
  readonly sessionId: string
  readonly assurance: Assurance
  readonly authenticatedAt: Instant
}

export interface AccessToken {
  readonly accessToken: string
  readonly expiresAt: Instant
}

interface SigningKey {
  readonly key: KeyObject
  readonly kid: string
  readonly jwk: Readonly<Record<string, unknown>>
}

/** Access tokens: JWTs signed with Ed25519 (RFC 8037), good for 15 minutes, and the keys that verify them. */
@Injectable()
export class Tokens extends TokenKeys {
  #signing: Promise<SigningKey> | undefined

  constructor(
    private readonly secrets: Secrets,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {
    super()
  }

  async sign({ actor, roles, sessionId, assurance, authenticatedAt }: Claims): Promise<AccessToken> {
    const { key, kid } = await this.#signingKey()
    const issuedAt = Math.floor(this.clock.now() / SECOND)
    const expires = issuedAt + ACCESS_LIFETIME / SECOND
    const authTime = Math.floor(fromInstant(authenticatedAt) / SECOND)
    const accessToken = await new SignJWT({ roles, sid: sessionId, aal: assurance, auth_time: authTime })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(actor)
      .setJti(this.keyring.random())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expires)
      .sign(key)
    return { accessToken, expiresAt: toInstant(expires * SECOND) }
  }

  async jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }> {
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
    const seed = await this.secrets.keep('identity.signing-key', () => Promise.resolve(this.keyring.random()))
    const key = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, Buffer.from(seed, 'base64url')]),
      format: 'der',
      type: 'pkcs8',
    })
    const { kty, crv, x } = createPublicKey(key).export({ format: 'jwk' })
    if (kty === undefined || crv === undefined || x === undefined)
      throw new Error('this is no Ed25519 signing key')
    const kid = await calculateJwkThumbprint({ kty, crv, x })
    return { key, kid, jwk: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } }
  }
}
