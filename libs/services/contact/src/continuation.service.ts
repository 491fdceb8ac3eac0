import { Injectable } from '@nestjs/common'
import type { Channel } from '@throughline/contracts'
import { Clock, fromInstant, Ids, MINUTE, Refused, toInstant } from '@throughline/kernel'
import { EventStore, has, ViewStore } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { Channels } from './channels.js'
import { ContactAccess } from './contact.access.js'
import { ContactKeys } from './contact.keys.js'
import { contacts } from './contact.js'
import type { By } from './contact.js'
import { continuationUnknown, goOn } from './contact.moves.js'
import type { Told } from './contact.service.js'
import { issueContinuation } from './contact.words.js'
import { digestContinuation, makeContinuation, openContinuation } from './continuation-token.js'
import { guesses, hourOf, MOST_TRIES, refuseTooMany, tryContinuation, tryWasRight } from './guess.js'
import { continuationsView } from './lookup.view.js'
import { idsOf } from './people.view.js'
import { readSpokenCode, showSpokenCode } from './spoken-code.js'

export const AUDIENCE = 'contact.resume'
const SPOKEN_LASTS = 15 * MINUTE
const LONG_LASTS = 30 * MINUTE
/** Of everybody who says nothing of themselves, together in an hour. Who is signed in is never locked out by them. */
const MOST_TRIES_OF_ANYONE = 300

export type Issued = { readonly told: Told; readonly expiresAt: string } & (
  { readonly code: string } | { readonly token: string }
)

export interface Resumption {
  readonly code?: string
  readonly token?: string
  readonly contactId?: string
  readonly channel: Channel
}

interface Found {
  readonly contactId: string
  readonly digest: string
}

/** Going on elsewhere: codes to say, tokens to carry, and what they open. */
@Injectable()
export class ContinuationService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: ContactAccess,
    private readonly channels: Channels,
    private readonly keys: ContactKeys,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async issue(contactId: string, form: 'long' | 'spoken', command: Command, caller: Caller): Promise<Issued> {
    const { by, command: keyed } = await this.access.open(contactId, caller, command)
    const expires = this.clock.now() + (form === 'spoken' ? SPOKEN_LASTS : LONG_LASTS)
    const secret = await this.#secret(form, contactId, expires, command.id)
    const decision = issueContinuation({ by, form, digest: secret.digest, expiresAt: toInstant(expires) })
    const told = await this.store.transact(contacts, contactId, decision, keyed)
    // The same request again shows the same secret, which is made anew from what was recorded and stored nowhere.
    const issued = told.events.find((event) => event.type === 'throughline.ContinuationIssued.v1')
    const expiresAt = issued?.data.expiresAt ?? toInstant(expires)
    if (form === 'spoken') return { told, expiresAt, code: showSpokenCode(secret.words) }
    const { words: token } = await this.#secret(form, contactId, fromInstant(expiresAt), command.id)
    return { told, expiresAt, token }
  }

  async resume(wish: Resumption, command: Command, caller: Caller, peer: string): Promise<Told> {
    const { code, token, contactId, channel } = wish
    if ([code, token, contactId].filter((each) => each !== undefined).length !== 1) {
      throw new Refused('invalid', 'contact.one-proof', 'Send one of code, token and contactId.', {
        field: 'code',
      })
    }
    if (contactId !== undefined) return this.#bySession(contactId, channel, command, caller)
    const tried = await this.#try(command, caller, peer)
    const found =
      token === undefined ? await this.#ofCode(code ?? '') : this.#ofToken(token, await this.keys.tokens())
    const known = found && (await this.access.system(found.contactId, command))
    if (found === undefined || known === undefined) throw continuationUnknown()
    const { state } = known
    const by: By = { is: 'customer' }
    const decision = goOn({
      to: channel,
      by,
      leg: {
        by: code === undefined ? 'token' : 'code',
        assurance: 'none',
        adapter: this.channels.nameOf(channel),
      },
      escalation: await this.access.escalation(state.contact.journeyId),
      proof: { digest: found.digest, now: this.clock.instant() },
      ...(await this.#holder(state.contact.requested.person.id, caller)),
    })
    try {
      const told = await this.store.transact(contacts, found.contactId, decision, known.command)
      await tried.wasRight()
      return told
    } catch (error) {
      // A right code that leads nowhere declared was still no guess.
      if (error instanceof Refused && error.code !== continuationUnknown().code) await tried.wasRight()
      throw error
    }
  }

  async #bySession(contactId: string, channel: Channel, command: Command, caller: Caller): Promise<Told> {
    if (!has(caller, 'customer', 'guest')) throw continuationUnknown()
    const { by, state, command: keyed } = await this.access.open(contactId, caller, command)
    const decision = goOn({
      to: channel,
      by,
      leg: { by: 'session', assurance: caller.assurance, adapter: this.channels.nameOf(channel) },
      escalation: await this.access.escalation(state.contact.journeyId),
    })
    return this.store.transact(contacts, contactId, decision, keyed)
  }

  /** Counted before anything is looked up, by whom as well as it is known, and for the unknown all together. */
  async #try(command: Command, caller: Caller, peer: string): Promise<{ wasRight(): Promise<void> }> {
    const anyone = caller.kind === 'anyone'
    const counts = [
      { who: anyone ? await this.keys.veil(peer) : caller.actor, most: MOST_TRIES },
      ...(anyone ? [{ who: 'anyone', most: MOST_TRIES_OF_ANYONE }] : []),
    ]
    const tryId = this.ids.derive('try', command.id)
    const { actor, traceparent } = command
    const counting = { actor, ...(traceparent !== undefined && { traceparent }) }
    const at = this.clock.instant()
    for (const { who, most } of counts)
      await this.#count(who, { tryId, at, most }, { ...counting, id: `${command.id}/try` })
    return {
      wasRight: async () => {
        const wish = { ...counting, id: `${command.id}/right` }
        for (const { who } of counts) {
          // Asked again after the turn of an hour, it stands in the hour before.
          for (const hour of [hourOf(at), hourOf(at) - 1])
            await this.store.transact(guesses, this.#triesOf(who, hour), tryWasRight({ tryId }), wish)
        }
      },
    }
  }

  async #count(
    who: string,
    wish: { readonly tryId: string; readonly at: string; readonly most: number },
    command: Command,
  ): Promise<void> {
    const hour = hourOf(wish.at)
    const load = async (other: number) =>
      (await this.store.load(guesses, this.#triesOf(who, other))).state.tries
    const decision = tryContinuation({ ...wish, before: await load(hour - 1) })
    const { outcome, state } = await this.store.transact(guesses, this.#triesOf(who, hour), decision, command)
    if (outcome !== 'applied') return
    // Tries at once on both sides of the turn of an hour do not meet in one stream: each looks for the other once it
    // counts, so that too many are never let through.
    const all = [...(await load(hour - 1)), ...state.tries, ...(await load(hour + 1))]
    refuseTooMany(
      all.filter(({ tryId }) => tryId !== wish.tryId),
      wish,
    )
  }

  #triesOf(who: string, hour: number): string {
    return this.ids.derive('guess', who, String(hour))
  }

  async #ofCode(said: string): Promise<Found | undefined> {
    const read = readSpokenCode(said)
    if (read.is !== 'code') return undefined
    const digest = await this.keys.digestOfCode(read.code)
    const row = await this.views.row(continuationsView, digest)
    return row && { contactId: row.contactId, digest }
  }

  #ofToken(token: string, keys: Awaited<ReturnType<ContactKeys['tokens']>>): Found | undefined {
    const opened = openContinuation(token, { keys, audience: AUDIENCE, now: this.clock.now() })
    return opened && { contactId: opened.contact, digest: digestContinuation(token) }
  }

  /** A token opens the contact to whoever carries it; it makes nobody the customer. */
  async #holder(personId: string, caller: Caller): Promise<{ readonly holderId?: string }> {
    if (!has(caller, 'customer', 'guest')) return {}
    return (await idsOf(this.views, caller.id)).includes(personId) ? {} : { holderId: caller.id }
  }

  async #secret(
    form: 'long' | 'spoken',
    contact: string,
    expires: number,
    commandId: string,
  ): Promise<{ readonly words: string; readonly digest: string }> {
    if (form === 'spoken') {
      const code = await this.keys.codeFor(commandId)
      return { words: code, digest: await this.keys.digestOfCode(code) }
    }
    const token = makeContinuation({ contact, expires }, AUDIENCE, await this.keys.tokens())
    return { words: token, digest: digestContinuation(token) }
  }
}
