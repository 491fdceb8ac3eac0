import { Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { TokenKeys } from '@throughline/ports'

const PATH = '/api/v1/identity/.well-known/jwks.json'
const PATIENCE = 2_000

/** Milliseconds between two questions: tokens that do not hold must not become a flood for identity. */
const REST = 5 * SECOND

type KeySet = Awaited<ReturnType<TokenKeys['jwks']>>

/** Identity's published keys, asked of another process. Those it gave last hold while it does not answer. */
export class RemoteTokenKeys extends TokenKeys {
  #last: KeySet | undefined
  #askedAt = -Infinity
  #asking: Promise<KeySet> | undefined

  /** `identity`: its origin. */
  constructor(
    private readonly identity: string,
    private readonly clock: Clock,
  ) {
    super()
  }

  /** @throws Refused `identity.unavailable` where it has never answered: nobody is let in meanwhile */
  async jwks(): Promise<KeySet> {
    const rested = Math.abs(this.clock.now() - this.#askedAt) >= REST
    if (this.#last !== undefined && !rested) return this.#last
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #ask(): Promise<KeySet> {
    this.#askedAt = this.clock.now()
    try {
      const response = await fetch(`${this.identity}${PATH}`, { signal: AbortSignal.timeout(PATIENCE) })
      const jwks: unknown = await response.json()
      if (response.ok && isKeySet(jwks)) return (this.#last = jwks)
    } catch {
      // Told below, with what to do.
    }
    if (this.#last !== undefined) return this.#last
    throw new Refused(
      'unavailable',
      'identity.unavailable',
      'Who you are cannot be verified at the moment.',
      {
        todo: 'Try again in a moment.',
        retryAfter: 2,
      },
    )
  }
}

function isKeySet(jwks: unknown): jwks is { readonly keys: readonly Readonly<Record<string, unknown>>[] } {
  return typeof jwks === 'object' && jwks !== null && 'keys' in jwks && Array.isArray(jwks.keys)
}
