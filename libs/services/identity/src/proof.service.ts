import { Injectable } from '@nestjs/common'
import { Clock, Ids, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { Courier, EventStore } from '@throughline/ports'
import type { Command, Transacted } from '@throughline/ports'
import { addressId } from './address.js'
import type { Address } from './address.js'
import { step } from './command.js'
import { Keyring, sameDigest } from './keyring.js'
import { answerCode, countCode, hourOf, mailboxes, refuseTooMany } from './mailbox.js'
import {
  CODE_DIGITS,
  CODE_LIFETIME,
  codeOver,
  codeWrong,
  issueCode,
  sentCode,
  signInCodes,
  tryCode,
} from './sign-in-code.js'
import type { SignInCodeEvent, SignInCodeState } from './sign-in-code.js'

/** An address whose owner has just shown that it is hers. */
export interface Proven {
  readonly address: Address
  readonly addressId: string
}

/**
 * Proof that an address is somebody's: a code sent there and brought back. Nothing here looks up who is known under the
 * address, so known and unknown ones take the same steps (S23).
 */
@Injectable()
export class ProofService {
  constructor(
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly keyring: Keyring,
    private readonly courier: Courier,
  ) {}

  /** @throws Refused `identity.too-many-codes` */
  async sendCode(
    address: Address,
    deviceToken: string | undefined,
    command: Command,
  ): Promise<{
    readonly told: Transacted<SignInCodeState, SignInCodeEvent>
    readonly challengeId: string
    readonly expiresAt: Instant
  }> {
    const challengeId = this.ids.derive('sign-in-code', command.id)
    const mailbox = addressId(this.ids, address)
    const known = deviceToken !== undefined && sameDigest(deviceToken, await this.deviceToken(mailbox))
    const now = this.clock.now()
    await this.#count(mailbox, { challengeId, at: toInstant(now), known }, step(command, 'count'))
    const code = await this.#code(challengeId)
    const issued = {
      challengeId,
      addressId: mailbox,
      kind: address.kind,
      sealedAddress: await this.keyring.seal(address.address),
      digest: await this.#digest(challengeId, code),
      expiresAt: toInstant(now + CODE_LIFETIME),
    }
    const told = await this.store.transact(signInCodes, challengeId, issueCode(issued), command)
    // Asked again under the same key it is sent again only where nobody knows that it was: the process may have ended before, or
    // the courier failed. Whoever carries it out knows it by its id.
    const { state } = told.outcome === 'applied' ? told : await this.store.load(signInCodes, challengeId)
    if (state.status === 'open' && !state.sent) {
      await this.courier.send(message(challengeId, address, code))
      await this.store.transact(signInCodes, challengeId, sentCode({ challengeId }), step(command, 'sent'))
    }
    return {
      told,
      challengeId,
      expiresAt: told.state.status === 'open' ? told.state.expiresAt : issued.expiresAt,
    }
  }

  /** @throws Refused `identity.code-wrong`, `identity.code-over` */
  async prove(challengeId: string, code: string, command: Command): Promise<Proven> {
    const digest = await this.#digest(challengeId, code)
    const wish = tryCode({ challengeId, digest, at: this.clock.instant() })
    const { state } = await this.store.transact(signInCodes, challengeId, wish, step(command, 'code'))
    if (state.status === 'none') throw codeOver()
    if (state.status === 'open') throw codeWrong(state.triesLeft)
    if (state.status === 'spent') throw codeWrong(0)
    // A code is good for less than an hour: it was counted in this one or the one before.
    const hour = hourOf(this.clock.instant())
    for (const each of [hour, hour - 1]) {
      const mailbox = this.#mailbox(state.addressId, each)
      await this.store.transact(mailboxes, mailbox, answerCode({ challengeId }), step(command, 'answered'))
    }
    const address = { kind: state.kind, address: await this.keyring.open(state.sealedAddress) }
    return { address, addressId: state.addressId }
  }

  /** Shows later that this address signed in on this device before (S22); it opens nothing. */
  deviceToken(mailbox: string): Promise<string> {
    return this.keyring.secret('device', mailbox)
  }

  async #count(addressId: string, wish: Parameters<typeof countCode>[0], command: Command): Promise<void> {
    const hour = hourOf(wish.at)
    const load = async (other: number) =>
      (await this.store.load(mailboxes, this.#mailbox(addressId, other))).state.codes
    const count = countCode(wish, await load(hour - 1))
    const { outcome, state } = await this.store.transact(
      mailboxes,
      this.#mailbox(addressId, hour),
      count,
      command,
    )
    if (outcome !== 'applied') return
    // Wishes at once on both sides of the turn of an hour do not meet in one stream: each looks for the other once it
    // counts, so that too many are never let through.
    const all = [...(await load(hour - 1)), ...state.codes, ...(await load(hour + 1))]
    refuseTooMany(
      all.filter(({ challengeId }) => challengeId !== wish.challengeId),
      wish,
    )
  }

  #mailbox(addressId: string, hour: number): string {
    return this.ids.derive('mailbox', addressId, String(hour))
  }

  /** The same for the same challenge: only its digest is stored, and it may have to be sent once more. */
  async #code(challengeId: string): Promise<string> {
    const secret = Buffer.from(await this.keyring.secret('digits', challengeId), 'base64url')
    // Of 2^64 numbers as many, but for one in a million million, end in any seven digits.
    return String(secret.readBigUInt64BE() % BigInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
  }

  #digest(challengeId: string, code: string): Promise<string> {
    return this.keyring.secret('code', challengeId, code)
  }
}

// No word of whoever asked for it (S25): anyone can have this sent to anybody.
function message(challengeId: string, { kind, address }: Address, code: string) {
  return {
    id: challengeId,
    to: { kind, address },
    subject: 'Your sign-in code',
    text:
      `Your sign-in code is ${code}. It is good for 10 minutes and for one sign-in. ` +
      'If you did not ask for it, you need not do anything.',
  }
}
