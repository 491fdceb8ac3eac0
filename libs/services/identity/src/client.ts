import type { EventOf, Says } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'
import type { Role } from '@throughline/ports'

export type ClientRole = Extract<Role, 'back-office' | 'importer' | 'administrator' | 'analyst'>

interface Made {
  readonly clientId: string
  readonly name: string
  readonly roles: readonly ClientRole[]
  /** SHA-256 of the secret; the secret itself is stored nowhere. */
  readonly digest: string
  /** All tokens got with this secret are one session. */
  readonly sessionId: string
}

interface SecretReplaced {
  readonly clientId: string
  readonly digest: string
  readonly sessionId: string
}

export type ClientEvent =
  | Says<'throughline.ClientMade.v1', Made>
  | Says<'throughline.ClientSecretReplaced.v1', SecretReplaced>
  | Says<'throughline.ClientDisabled.v1', { readonly clientId: string }>
  | EventOf<'throughline.SessionEnded.v1'>

export type ClientState =
  | { readonly status: 'none' }
  /** `secrets`: how many it has had. */
  | (Made & { readonly status: 'enabled'; readonly secrets: number })
  | { readonly status: 'disabled'; readonly clientId: string; readonly name: string }

/** A system that calls in its own name: a shop, a reservation system, an import. */
export const clients: Stream<ClientState, ClientEvent> = {
  name: 'client',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.ClientMade.v1':
        return { ...event.data, status: 'enabled', secrets: 1 }
      case 'throughline.ClientSecretReplaced.v1': {
        if (state.status !== 'enabled') return state
        const { digest, sessionId } = event.data
        return { ...state, digest, sessionId, secrets: state.secrets + 1 }
      }
      case 'throughline.ClientDisabled.v1':
        if (state.status !== 'enabled') return state
        return { status: 'disabled', clientId: state.clientId, name: state.name }
      case 'throughline.SessionEnded.v1':
        return state
    }
  },
}

export const makeClient =
  (wish: Made) =>
  (state: ClientState): readonly ClientEvent[] =>
    state.status === 'none' ? [{ type: 'throughline.ClientMade.v1', data: wish }] : []

/**
 * The old secret is good for nothing from now on, and so are the tokens got with it.
 * @throws Refused `identity.client-unknown`, `identity.client-disabled`
 */
export const replaceClientSecret =
  (wish: SecretReplaced) =>
  (state: ClientState): readonly ClientEvent[] => {
    if (state.status === 'none') throw clientUnknown()
    if (state.status === 'disabled') {
      throw new Refused('conflict', 'identity.client-disabled', 'This client is disabled.', {
        todo: 'Make a new client.',
      })
    }
    if (state.digest === wish.digest) return []
    return [{ type: 'throughline.ClientSecretReplaced.v1', data: wish }, sessionRevoked(state)]
  }

/** @throws Refused `identity.client-unknown` */
export const disableClient =
  (wish: { readonly clientId: string }) =>
  (state: ClientState): readonly ClientEvent[] => {
    if (state.status === 'none') throw clientUnknown()
    if (state.status === 'disabled') return []
    return [{ type: 'throughline.ClientDisabled.v1', data: wish }, sessionRevoked(state)]
  }

export function clientUnknown(): Refused {
  return new Refused('not-found', 'identity.client-unknown', 'There is no such client.')
}

function sessionRevoked({ sessionId, clientId }: Made): ClientEvent {
  return { type: 'throughline.SessionEnded.v1', data: { sessionId, subjectId: clientId, why: 'revoked' } }
}
