import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import { Clock, fromInstant, MINUTE } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore, sha256, Timers, ViewStore } from '@throughline/ports'
import type { Assurance, Command, Page, PageRequest, Role, Transacted } from '@throughline/ports'
import { step } from './command.js'
import { customers } from './customer.js'
import { Keyring, sameDigest } from './keyring.js'
import {
  endSession,
  expireSession,
  refreshSession,
  sessionEnd,
  sessionOver,
  sessions,
  sessionUnknown,
  startSession,
} from './session.js'
import type { SessionEnd, SessionEvent, SessionState, Subject } from './session.js'
import { sessionsView } from './session.view.js'
import type { SessionRow } from './session.view.js'
import { staff } from './staff.js'
import { Tokens } from './tokens.js'

type ToldSession = Transacted<SessionState, SessionEvent>

/** Whose session it is, as pages greet them; one of the three. */
export interface Who {
  readonly guest?: { readonly id: string }
  readonly customer?: { readonly id: string; readonly name?: string; readonly language?: string }
  readonly staff?: { readonly id: string; readonly name: string; readonly roles: readonly Role[] }
}

/** What a session gives its holder. The refresh token is good once. */
export interface Grant {
  readonly sessionId: string
  readonly subject: Subject
  readonly who: Who
  readonly accessToken: string
  readonly expiresAt: Instant
  readonly refreshToken: string
  readonly refreshExpiresAt: Instant
}

const TOKEN = /^([0-9a-f-]{36})\.(\d{1,9})\.([\w-]{43})$/

@Injectable()
export class SessionService implements OnApplicationBootstrap {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly keyring: Keyring,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every('identity.sessions', MINUTE, () => this.sweep())
  }

  async start(
    sessionId: string,
    subject: Subject,
    assurance: Assurance,
    command: Command,
  ): Promise<{ readonly told: ToldSession; readonly grant: Grant }> {
    const at = this.clock.instant()
    const digest = sha256(await this.#secret(sessionId, 0))
    const expiresAt = sessionEnd(subject.kind, at, at)
    const wish = { sessionId, subject, assurance, digest, at, expiresAt }
    const told = await this.store.transact(sessions, sessionId, startSession(wish), about(subject, command))
    return { told, grant: await this.#grant(sessionId, 0) }
  }

  /**
   * Asked again under the same key, with the token that was exchanged or with the one it was exchanged for, it answers the
   * same: a browser may have taken the cookie of an answer that its page never saw.
   * @throws Refused `identity.session-over` for every other token that is not the newest of a living session
   */
  async refresh(refreshToken: string, command: Command): Promise<{ told: ToldSession; grant: Grant }> {
    const { sessionId, generation, secret } = readToken(refreshToken)
    const { state } = await this.store.load(sessions, sessionId)
    if (state.status !== 'active') throw sessionOver()
    // A repeated command is not decided anew, so what is no token of ours has to be met here.
    if (!sameDigest(secret, await this.#secret(sessionId, generation))) throw sessionOver()
    const wish = {
      sessionId,
      generation,
      digest: sha256(secret),
      nextDigest: sha256(await this.#secret(sessionId, generation + 1)),
      at: this.clock.instant(),
    }
    const asked = about(state.subject, command)
    const told = await this.store.transact(sessions, sessionId, refreshSession(wish), asked)
    if (told.state.status !== 'active') throw sessionOver()
    const reached = told.state.generation
    if (generation !== reached && generation !== reached - 1) throw sessionOver()
    return { told, grant: await this.#grant(sessionId, reached) }
  }

  /** Whether a refresh token can never be of use again. */
  async isSpent(refreshToken: string): Promise<boolean> {
    const [, sessionId] = TOKEN.exec(refreshToken) ?? []
    if (sessionId === undefined) return true
    return (await this.store.load(sessions, sessionId)).state.status !== 'active'
  }

  async end(sessionId: string, why: SessionEnd, command: Command): Promise<ToldSession> {
    const { state } = await this.store.load(sessions, sessionId)
    if (state.status === 'none') throw sessionUnknown()
    const wish = endSession({ sessionId, why })
    return this.store.transact(sessions, sessionId, wish, about(state.subject, command))
  }

  /** As {@link end}, and nothing for a session that never was. Returns the position reached. */
  async endIfOpen(sessionId: string, why: SessionEnd, command: Command): Promise<number> {
    const { state } = await this.store.load(sessions, sessionId)
    return state.status === 'active' ? (await this.end(sessionId, why, command)).position : 0
  }

  /** Ends what of somebody's is seen to be open; what began since is met by the check at its first refresh. */
  async endAll(subject: Subject, why: SessionEnd, command: Command): Promise<void> {
    for await (const { id } of this.views.every(sessionsView, `subject:${subject.id}`)) {
      await this.end(id, why, step(command, `end-${id}`))
    }
  }

  /** The session, when it is this one's. @throws Refused `identity.session-unknown` */
  async mine(
    sessionId: string,
    owner: string,
  ): Promise<{ readonly session: SessionRow; readonly version: number }> {
    const { state, version } = await this.store.load(sessions, sessionId)
    if (state.status !== 'active' || state.subject.id !== owner) throw sessionUnknown()
    const { subject, assurance, at, expiresAt } = state
    return { session: { id: sessionId, subject, assurance, startedAt: at, expiresAt }, version }
  }

  list(owner: string, page: PageRequest): Promise<Page<SessionRow>> {
    return this.views.rows(sessionsView, `subject:${owner}`, page)
  }

  /** Sessions nobody refreshed in time are said to be over. */
  async sweep(): Promise<void> {
    const at = this.clock.instant()
    for await (const { id, subject, expiresAt } of this.views.every(sessionsView, 'expiring')) {
      if (expiresAt > at) return
      const command = { id: `${id}/expired/${expiresAt}`, actor: 'system:identity' }
      await this.store.transact(sessions, id, expireSession({ sessionId: id, at }), about(subject, command))
    }
  }

  /**
   * Tokens of one generation, made anew from what is true now: an answer that is asked for twice gives no power that was
   * lost in between.
   */
  async #grant(sessionId: string, generation: number): Promise<Grant> {
    const { state } = await this.store.load(sessions, sessionId)
    if (state.status !== 'active' || state.generation !== generation) throw sessionOver()
    const { subject, assurance } = state
    const holder = await this.#holder(sessionId, subject)
    if (holder === undefined || fromInstant(state.expiresAt) <= this.clock.now()) {
      const command = { id: `${sessionId}/revoked`, actor: 'system:identity' }
      await this.end(sessionId, holder === undefined ? 'revoked' : 'expired', command)
      throw sessionOver()
    }
    const { roles, who } = holder
    const { accessToken, expiresAt } = await this.tokens.sign({
      actor: `${subject.kind}:${subject.id}`,
      roles,
      sessionId,
      assurance,
      authenticatedAt: state.at,
    })
    const secret = await this.#secret(sessionId, generation)
    const refreshToken = `${sessionId}.${String(generation)}.${secret}`
    return {
      sessionId,
      subject,
      who,
      accessToken,
      expiresAt,
      refreshToken,
      refreshExpiresAt: state.expiresAt,
    }
  }

  // Who it is and what they may do now; undefined when it may nothing with this session any more.
  async #holder(
    sessionId: string,
    { kind, id }: Subject,
  ): Promise<{ readonly roles: readonly Role[]; readonly who: Who } | undefined> {
    if (kind === 'guest') return { roles: ['guest'], who: { guest: { id } } }
    if (kind === 'customer') {
      const { state } = await this.store.load(customers, id)
      if (state.status !== 'registered') return undefined
      const { name, language } = state.details
      const customer = {
        id,
        ...(name !== undefined && { name }),
        ...(language !== undefined && { language }),
      }
      return { roles: ['customer'], who: { customer } }
    }
    const { state } = await this.store.load(staff, id)
    if (state.status !== 'working') return undefined
    if (!state.sessions.some((session) => session.sessionId === sessionId)) return undefined
    return { roles: state.roles, who: { staff: { id, name: state.name, roles: state.roles } } }
  }

  #secret(sessionId: string, generation: number): Promise<string> {
    return this.keyring.secret('refresh', sessionId, String(generation))
  }
}

function readToken(refreshToken: string) {
  const [, sessionId, generation, secret] = TOKEN.exec(refreshToken) ?? []
  if (sessionId === undefined || generation === undefined || secret === undefined) throw sessionOver()
  return { sessionId, generation: Number(generation), secret }
}

// Guests and customers are the key of what they do; staff have none.
function about({ kind, id }: Subject, command: Command): Command {
  return kind === 'staff' ? command : { ...command, customerId: id }
}
