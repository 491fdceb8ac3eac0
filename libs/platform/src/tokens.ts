import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '@throughline/kernel'
import { Refused, SECOND, toInstant } from '@throughline/kernel'
import { ROLES } from '@throughline/ports'
import type { Assurance, Caller, Role, TokenKeys } from '@throughline/ports'
import { TOKEN_MEMORY } from './sessions.js'

export const ANYONE: Caller = { kind: 'anyone', id: '', actor: 'anyone', roles: [], assurance: 'none' }

const KINDS = ['guest', 'customer', 'staff', 'client'] as const
const ASSURANCES: readonly Assurance[] = ['none', 'code', 'federated']

/** Tokens whose signature was verified, the least lately used forgotten first; each is some 500 bytes. */
const MOST_VERIFIED = 10_000
/** Seconds by which clocks may differ. */
const TOLERANCE = 5
/** Issued later than now, or longer ago than tokens live: whatever the clock did, it does not hold (R24). Seconds. */
const MOST_AGE = TOKEN_MEMORY / SECOND

interface Verified {
  readonly caller: Caller
  /** Seconds of the clock in which it holds, both included. */
  readonly from: number
  readonly to: number
}

/**
 * Reads bearer tokens with identity's published keys and nothing else. A signature is verified once: the same text in its
 * own time is the same caller. Whether the session has ended is not asked here.
 */
export class TokenReader {
  #keys: Promise<ReturnType<typeof createLocalJWKSet>> | undefined
  #published = ''
  readonly #verified = new LRUCache<string, Verified>({ max: MOST_VERIFIED })

  constructor(
    private readonly source: () => TokenKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws Refused `access.token` for every token that does not hold, `identity.unavailable` where nobody gives the keys */
  read(authorization: string | undefined): Caller | Promise<Caller> {
    if (authorization === undefined) return ANYONE
    const known = this.#verified.get(authorization)
    const now = Math.floor(this.clock.now() / SECOND)
    if (known !== undefined && known.from <= now && now <= known.to) return known.caller
    return this.#verify(authorization)
  }

  async #verify(authorization: string): Promise<Caller> {
    this.#verified.delete(authorization)
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization)?.[1]
    if (token === undefined) throw refused()
    this.#keys ??= this.#read()
    const keys = await this.#keys.catch((error: unknown) => {
      this.#keys = undefined
      throw error
    })
    let claims: Readonly<Record<string, unknown>>
    try {
      const verified = await jwtVerify(token, keys, {
        issuer: 'throughline',
        audience: 'throughline',
        algorithms: ['EdDSA', 'Ed25519'],
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(this.clock.now()),
        clockTolerance: TOLERANCE,
        maxTokenAge: MOST_AGE,
      })
      claims = verified.payload
    } catch {
      this.#keys = undefined // A key may have been added since; asked again with the next token.
      throw refused()
    }
    const caller = callerOf(claims)
    this.#keep(authorization, caller, claims)
    return caller
  }

  async #read(): Promise<ReturnType<typeof createLocalJWKSet>> {
    const jwks = await this.source().jwks()
    const published = JSON.stringify(jwks)
    // A key that was taken back takes its tokens along.
    if (published !== this.#published) this.#verified.clear()
    this.#published = published
    return createLocalJWKSet(jwks as JSONWebKeySet)
  }

  #keep(authorization: string, caller: Caller, { iat, exp, nbf }: Readonly<Record<string, unknown>>): void {
    if (typeof iat !== 'number' || typeof exp !== 'number') return
    this.#verified.set(authorization, {
      caller,
      from: Math.ceil(Math.max(iat, typeof nbf === 'number' ? nbf : iat)) - TOLERANCE,
      // Verified anew at the edge: an `exp` that is reached holds no longer.
      to: Math.min(Math.ceil(exp) - 1, Math.floor(iat + MOST_AGE)) + TOLERANCE,
    })
  }
}

function callerOf(claims: Readonly<Record<string, unknown>>): Caller {
  const { sub, roles, sid, aal, auth_time: authTime, exp } = claims
  const [kind, id] = typeof sub === 'string' ? sub.split(':') : []
  const known = KINDS.find((name) => name === kind)
  const assurance = ASSURANCES.find((name) => name === aal) ?? 'none'
  if (known === undefined || id === undefined || typeof sub !== 'string' || typeof exp !== 'number')
    throw refused()
  return {
    kind: known,
    id,
    actor: sub,
    roles: Array.isArray(roles) ? roles.filter(isRole) : [],
    assurance,
    expiresAt: toInstant(exp * 1_000),
    ...(typeof sid === 'string' && { session: sid }),
    ...(typeof authTime === 'number' && { authenticatedAt: toInstant(authTime * 1_000) }),
  }
}

function isRole(role: unknown): role is Role {
  return ROLES.some((known) => known === role)
}

export function refused(): Refused {
  return new Refused('unauthenticated', 'access.token', 'This token does not hold.', {
    todo: 'Sign in again, or refresh the session.',
  })
}
