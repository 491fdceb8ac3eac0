import { Injectable } from '@nestjs/common'
import { Clock, Ids } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { addresses, claimIfFree } from './address-claim.js'
import { step } from './command.js'
import { customers, customerUnknown, registerCustomer } from './customer.js'
import { guests, recogniseGuest, startGuest } from './guest.js'
import { ProofService } from './proof.service.js'
import type { Proven } from './proof.service.js'
import { sessionEnd } from './session.js'
import type { Subject } from './session.js'
import { SessionService } from './session.service.js'
import type { Grant } from './session.service.js'
import { signInStaff, staff } from './staff.js'

interface Told {
  readonly version: number
  readonly position: number
  readonly outcome: string
}

/** A session, and who it is of. */
export interface SignedIn extends Omit<Grant, 'subject' | 'who'> {
  /** To be sent with the next request for a code from this device. */
  readonly deviceToken: string
  readonly customer?: { readonly id: string; readonly name?: string; readonly language?: string }
  readonly staff?: { readonly id: string; readonly name: string; readonly roles: readonly string[] }
}

@Injectable()
export class SignInService {
  constructor(
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly proof: ProofService,
    private readonly sessions: SessionService,
  ) {}

  async startGuest(command: Command): Promise<{ readonly told: Told; readonly grant: Grant }> {
    const guestId = this.ids.derive('guest', command.id)
    const asked = { ...command, actor: `guest:${guestId}`, customerId: guestId }
    await this.store.transact(guests, guestId, startGuest({ guestId }), asked)
    const sessionId = this.ids.derive('session', guestId)
    return this.sessions.start(sessionId, { kind: 'guest', id: guestId }, 'none', step(asked, 'session'))
  }

  /** @throws Refused `identity.code-wrong`, `identity.code-over` */
  async signIn(
    { challengeId, code }: { readonly challengeId: string; readonly code: string },
    caller: Caller,
    command: Command,
  ): Promise<{ readonly told: Told; readonly signedIn: SignedIn }> {
    const proven = await this.proof.prove(challengeId, code, command)
    const sessionId = this.ids.derive('session', challengeId)
    const deviceToken = await this.proof.deviceToken(proven.addressId)
    const { state: held } = await this.store.load(addresses, proven.addressId)
    const worker =
      held.staff === undefined ? undefined : await this.#signInStaff(held.staff, sessionId, command)
    if (worker !== undefined) {
      const { told, grant } = await this.#start({ kind: 'staff', id: worker.id }, sessionId, command)
      return { told, signedIn: { ...tokensOf(grant), deviceToken, staff: worker } }
    }
    const customer = await this.#customer(proven, command)
    const { told, grant } = await this.#start({ kind: 'customer', id: customer.id }, sessionId, command)
    const recognised = caller.kind === 'guest' ? await this.#recognise(caller, customer, command) : 0
    return {
      told: { ...told, position: Math.max(told.position, recognised) },
      signedIn: { ...tokensOf(grant), deviceToken, customer },
    }
  }

  #start(subject: Subject, sessionId: string, command: Command) {
    const asked = { ...step(command, 'session'), actor: `${subject.kind}:${subject.id}` }
    return this.sessions.start(sessionId, subject, 'code', asked)
  }

  // Undefined for whoever does not work here (any more): then the address is a customer's like any other.
  async #signInStaff(id: string, sessionId: string, command: Command) {
    const { state } = await this.store.load(staff, id)
    if (state.status !== 'working') return undefined
    const at = this.clock.instant()
    const wish = signInStaff({ staffId: id, sessionId, at, expiresAt: sessionEnd('staff', at, at) })
    const asked = { ...step(command, 'staff'), actor: `staff:${id}` }
    const told = await this.store.transact(staff, id, wish, asked)
    return told.state.status === 'working'
      ? { id, name: told.state.name, roles: told.state.roles }
      : undefined
  }

  // The customer this address leads to; whoever is new is registered by this very step (C1).
  async #customer({ address, addressId }: Proven, command: Command) {
    const own = this.ids.derive('customer', 'address', addressId, command.id)
    const claim = claimIfFree({ holder: 'customer', holderId: own })
    const { state: claimed } = await this.store.transact(addresses, addressId, claim, step(command, 'claim'))
    const holder = claimed.customer ?? own
    const { state: known } = await this.store.load(customers, holder)
    if (known.status === 'merged') return this.#known(known.into)
    if (known.status === 'none') {
      const details = { customerId: holder, [address.kind]: address.address }
      const asked = { ...step(command, 'customer'), actor: `customer:${holder}`, customerId: holder }
      await this.store.transact(customers, holder, registerCustomer(details), asked)
    }
    return this.#known(holder)
  }

  async #known(id: string) {
    const { state } = await this.store.load(customers, id)
    if (state.status === 'none') throw customerUnknown()
    const { name, language } = state.details
    return { id, ...(name !== undefined && { name }), ...(language !== undefined && { language }) }
  }

  // What the guest did becomes the customer's (C3); a guest who was somebody else before stays theirs.
  async #recognise(
    { id: guestId, actor }: Caller,
    customer: { readonly id: string; readonly name?: string },
    command: Command,
  ): Promise<number> {
    const { state } = await this.store.load(guests, guestId)
    if (state.status === 'none') return 0
    if (state.status === 'recognised' && state.customerId !== customer.id) return 0
    const { id: customerId, name } = customer
    const wish = recogniseGuest({
      guestId,
      customerId,
      assurance: 'code',
      ...(name !== undefined && { name }),
    })
    const asked = { ...step(command, 'recognise'), actor, customerId: guestId }
    const { position } = await this.store.transact(guests, guestId, wish, asked)
    const session = this.ids.derive('session', guestId)
    const ended = await this.sessions.endIfOpen(session, 'recognised', step(command, 'guest-session'))
    return Math.max(position, ended)
  }
}

function tokensOf({ sessionId, accessToken, expiresAt, refreshToken, refreshExpiresAt }: Grant) {
  return { sessionId, accessToken, expiresAt, refreshToken, refreshExpiresAt }
}
