import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import type { Clock } from '@throughline/kernel'
import { Refused, toInstant } from '@throughline/kernel'
import { ROLES } from '@throughline/ports'
import type { Assurance, Caller, Role, TokenKeys } from '@throughline/ports'

export const ANYONE: Caller = { kind: 'anyone', id: '', actor: 'anyone', roles: [], assurance: 'none' }

const KINDS = ['guest', 'customer', 'staff', 'client'] as const
const ASSURANCES: readonly Assurance[] = ['none', 'code', 'federated']

/** Reads bearer tokens with identity's published keys and nothing else. */
export class TokenReader {
  #keys: Promise<ReturnType<typeof createLocalJWKSet>> | undefined

  constructor(
    private readonly source: () => TokenKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws Refused `access.token` for every token that does not hold, whatever the cause */
  async read(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) return ANYONE
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization)?.[1]
    if (token === undefined) throw refused()
    this.#keys ??= this.source()
      .jwks()
      .then((jwks) => createLocalJWKSet(jwks as JSONWebKeySet))
    let claims: Readonly<Record<string, unknown>>
    try {
      const verified = await jwtVerify(token, await this.#keys, {
        issuer: 'throughline',
        audience: 'throughline',
        algorithms: ['EdDSA', 'Ed25519'],
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(this.clock.now()),
        clockTolerance: 5,
      })
      claims = verified.payload
    } catch {
      this.#keys = undefined // A key may have been added since; asked again with the next token.
      throw refused()
    }
    return callerOf(claims)
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
