import { Injectable } from '@nestjs/common'
import { Clock, Ids, Refused } from '@throughline/kernel'
import { EventStore, Secrets, sha256, ViewStore } from '@throughline/ports'
import type { Command, Page, PageRequest, Transacted } from '@throughline/ports'
import { clients, clientUnknown, disableClient, makeClient, replaceClientSecret } from './client.js'
import type { ClientEvent, ClientRole, ClientState } from './client.js'
import { clientsView } from './client.view.js'
import type { ClientRow } from './client.view.js'
import { Keyring, sameDigest } from './keyring.js'
import { Tokens } from './tokens.js'
import type { AccessToken } from './tokens.js'

type ToldClient = Transacted<ClientState, ClientEvent>

/** Name of the client of the machine's own tools. Its secret is kept as `operator.secret` and nowhere else. */
export const OPERATOR = 'operator'
const NOBODY = sha256('')

@Injectable()
export class ClientService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
    private readonly keyring: Keyring,
    private readonly tokens: Tokens,
  ) {}

  /** The secret is told here and never again, but for the same command asked twice. */
  async make(
    wish: { readonly name: string; readonly role: ClientRole },
    command: Command,
  ): Promise<{ readonly told: ToldClient; readonly id: string; readonly clientSecret: string }> {
    const id = this.ids.derive('client', 'made', command.id)
    const clientSecret = await this.keyring.secret('client', command.id)
    const made = makeClient({
      clientId: id,
      name: wish.name,
      roles: [wish.role],
      digest: sha256(clientSecret),
      sessionId: this.ids.derive('session', command.id),
    })
    return { told: await this.store.transact(clients, id, made, command), id, clientSecret }
  }

  /** @throws Refused `identity.client-unknown`, `identity.client-disabled` */
  async replaceSecret(
    id: string,
    command: Command,
  ): Promise<{ readonly told: ToldClient; readonly clientSecret: string }> {
    const clientSecret = await this.keyring.secret('client', command.id)
    const sessionId = this.ids.derive('session', command.id)
    const wish = replaceClientSecret({ clientId: id, digest: sha256(clientSecret), sessionId })
    return { told: await this.store.transact(clients, id, wish, command), clientSecret }
  }

  async disable(id: string, command: Command): Promise<ToldClient> {
    return this.store.transact(clients, id, disableClient({ clientId: id }), command)
  }

  /** An access token for a system. @throws Refused `identity.client-refused` */
  async token(clientId: string, clientSecret: string): Promise<AccessToken> {
    const id = clientId === OPERATOR ? this.#operatorId() : clientId
    const { state } = await this.store.load(clients, id)
    const digest = state.status === 'enabled' ? state.digest : NOBODY
    if (!sameDigest(sha256(clientSecret), digest) || state.status !== 'enabled') {
      throw new Refused('unauthenticated', 'identity.client-refused', 'This client and secret do not fit.')
    }
    return this.tokens.sign({
      actor: `client:${id}`,
      roles: state.roles,
      sessionId: state.sessionId,
      assurance: 'none',
      authenticatedAt: this.clock.instant(),
    })
  }

  /** @throws Refused `identity.client-unknown` */
  async get(
    id: string,
  ): Promise<{ readonly client: Pick<ClientRow, 'id' | 'name' | 'status'>; readonly version: number }> {
    const { state, version } = await this.store.load(clients, id)
    if (state.status === 'none') throw clientUnknown()
    return { client: { id, name: state.name, status: state.status }, version }
  }

  list(page: PageRequest): Promise<Page<ClientRow>> {
    return this.views.rows(clientsView, 'all', page)
  }

  /** Makes the operator client, or brings it to the secret that is kept now. */
  async ensureOperator(): Promise<void> {
    const kept = await this.secrets.keep('operator.secret', () => Promise.resolve(this.keyring.random()))
    const clientId = this.#operatorId()
    const digest = sha256(kept)
    const sessionId = this.ids.derive('session', 'operator', digest)
    const roles: readonly ClientRole[] = ['importer', 'back-office', 'administrator', 'analyst']
    const command = { id: this.ids.next(), actor: 'system:identity' }
    const wish = (state: ClientState): readonly ClientEvent[] => {
      if (state.status === 'none')
        return makeClient({ clientId, name: OPERATOR, roles, digest, sessionId })(state)
      // Whoever disabled it meant it.
      if (state.status === 'disabled') return []
      return replaceClientSecret({ clientId, digest, sessionId })(state)
    }
    await this.store.transact(clients, clientId, wish, command)
  }

  #operatorId(): string {
    return this.ids.derive('client', OPERATOR)
  }
}
