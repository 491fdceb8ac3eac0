import { Injectable } from '@nestjs/common'
import { Ids, Refused } from '@throughline/kernel'
import { Courier, customerIdOf, EventStore, viewId, ViewStore } from '@throughline/ports'
import type { Command, Page, PageRequest, Transacted } from '@throughline/ports'
import { addressId, readEmail, readPhone } from './address.js'
import type { Address } from './address.js'
import { addresses, claimAddress, claimIfFree, releaseAddress } from './address-claim.js'
import { step } from './command.js'
import { correctCustomer, customers, customerUnknown, recordCustomer } from './customer.js'
import type { Correction, CustomerDetails, CustomerEvent, CustomerState } from './customer.js'
import { customersView, named, segmentsView, wordList, words } from './customer.view.js'
import type { CustomerRow } from './customer.view.js'
import { ProofService } from './proof.service.js'

export type ToldCustomer = Transacted<CustomerState, CustomerEvent>

export interface CustomerPage extends PageRequest {
  readonly segment?: string
  readonly brand?: string
}

/** How many rows a search by name looks through. */
const MOST_SEARCHED = 2_000

@Injectable()
export class CustomerService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly courier: Courier,
    private readonly proof: ProofService,
  ) {}

  /** @throws Refused `identity.customer-unknown` */
  async get(id: string): Promise<{ readonly customer: CustomerRow; readonly version: number }> {
    const { state, version } = await this.store.load(customers, id)
    if (state.status === 'none') throw customerUnknown()
    const row = await this.views.row(customersView, id)
    const registeredAt = row?.registeredAt ?? (await this.#registeredAt(id))
    const customer = { id, registeredAt, ...state.details }
    return {
      customer: state.status === 'merged' ? { ...customer, mergedInto: state.into } : customer,
      version,
    }
  }

  list({ segment, brand, ...page }: CustomerPage): Promise<Page<CustomerRow>> {
    if (segment !== undefined) return this.views.rows(customersView, `segment:${segment}`, page)
    if (brand !== undefined) return this.views.rows(customersView, `brand:${brand}`, page)
    return this.views.rows(customersView, 'all', page)
  }

  /** By e-mail, phone, id in another system (`shop:4711`), or the beginnings of the words of a name. */
  async search(question: string, most: number): Promise<readonly CustomerRow[]> {
    const exact = question.trim()
    const spellings = new Set([exact, ...readable(readEmail, exact), ...readable(readPhone, exact)])
    for (const spelling of spellings) {
      const { items } = await this.views.rows(customersView, `found:${spelling}`, { limit: most })
      if (items.length > 0) return items
    }
    const asked = words(question)
    const longest = asked.toSorted((a, b) => b.length - a.length)[0]
    if (longest === undefined) return []
    const found: CustomerRow[] = []
    let looked = 0
    for await (const row of this.views.every(customersView, wordList(longest))) {
      if (found.length >= most || ++looked > MOST_SEARCHED) break
      if (named(row, asked)) found.push(row)
    }
    return found
  }

  async segments(): Promise<readonly { readonly segment: string; readonly customers: number }[]> {
    const counted: { segment: string; customers: number }[] = []
    for await (const { segment } of this.views.every(segmentsView, 'all')) {
      counted.push({
        segment,
        customers: await this.views.count(viewId(customersView), `segment:${segment}`),
      })
    }
    return counted
  }

  /**
   * What a back-end system says of a customer. Its word is enough to sign in by an address nobody holds; an address that
   * leads to somebody else keeps leading there, for one may not become the other on a system's word (S07).
   */
  async record(
    source: string,
    externalId: string,
    told: Omit<CustomerDetails, 'externalId'>,
    command: Command,
  ): Promise<{ readonly told: ToldCustomer; readonly id: string; readonly signsInBy: readonly string[] }> {
    const id = customerIdOf(this.ids, source, externalId)
    const details = { ...told, ...normalised(told) }
    const { state: before } = await this.store.load(customers, id)
    const wish = recordCustomer({ customerId: id, ...details, externalId: `${source}:${externalId}` })
    const answer = await this.store.transact(customers, id, wish, { ...command, customerId: id })
    const signsInBy: string[] = []
    for (const address of addressesOf(details)) {
      const claim = claimIfFree({ holder: 'customer', holderId: id })
      const own = addressId(this.ids, address)
      const { state } = await this.store.transact(addresses, own, claim, step(command, address.kind))
      if (state.customer === id) signsInBy.push(address.kind)
    }
    if (before.status !== 'none') await this.#releaseReplaced(id, before.details, details, command)
    return { told: answer, id, signsInBy }
  }

  async correct(id: string, correction: Correction, command: Command): Promise<ToldCustomer> {
    const wish = correctCustomer({ customerId: id, correction })
    return this.store.transact(customers, id, wish, { ...command, customerId: id })
  }

  /**
   * A signed-in customer proves another address: it replaces the one of its kind, and the old one is told.
   * @throws Refused `identity.code-wrong`, `identity.code-over`, `identity.address-taken`
   */
  async changeAddress(
    id: string,
    { challengeId, code }: { readonly challengeId: string; readonly code: string },
    command: Command,
  ): Promise<ToldCustomer> {
    const { address, addressId: own } = await this.proof.prove(challengeId, code, command)
    const { state } = await this.store.load(customers, id)
    if (state.status === 'none') throw customerUnknown()
    const claim = claimAddress({ holder: 'customer', holderId: id })
    await this.store.transact(addresses, own, claim, step(command, 'claim'))
    const correction = { [address.kind]: address.address }
    const told = await this.correct(id, correction, command)
    const replaced = await this.#releaseReplaced(id, state.details, correction, command)
    for (const old of replaced) await this.courier.send(notice(`${challengeId}/changed`, old))
    return told
  }

  async #releaseReplaced(
    id: string,
    before: CustomerDetails,
    now: Correction,
    command: Command,
  ): Promise<readonly Address[]> {
    const replaced = addressesOf(before).filter(
      ({ kind, address }) => now[kind] !== undefined && now[kind] !== address,
    )
    for (const address of replaced) {
      const release = releaseAddress({ holder: 'customer', holderId: id })
      const asked = step(command, `release-${address.kind}`)
      await this.store.transact(addresses, addressId(this.ids, address), release, asked)
    }
    return replaced
  }

  // The view may not have met her yet; the stream has.
  async #registeredAt(id: string): Promise<string> {
    const [first] = await this.store.readStream({ stream: customers.name, id })
    return first?.recordedAt ?? ''
  }
}

function normalised({ email, phone }: CustomerDetails): Correction {
  return {
    ...(email !== undefined && { email: readEmail(email).address }),
    ...(phone !== undefined && { phone: readPhone(phone).address }),
  }
}

function addressesOf({ email, phone }: CustomerDetails): readonly Address[] {
  return [
    ...(email === undefined ? [] : [{ kind: 'email' as const, address: email }]),
    ...(phone === undefined ? [] : [{ kind: 'phone' as const, address: phone }]),
  ]
}

function readable(read: (text: string) => Address, text: string): readonly string[] {
  try {
    return [read(text).address]
  } catch (error) {
    if (error instanceof Refused) return [] // Not that kind of question.
    throw error
  }
}

function notice(id: string, to: Address) {
  return {
    id,
    to,
    subject: 'Your address was changed',
    text:
      'Another address was set for your account, and this one no longer signs you in. ' +
      'If this was not you, please contact us.',
  }
}
