import { NoAnswer, Problem, problemOf } from './problem'
import { randomKey } from './random'

/** Customers and staff have sessions of their own, so that both can be open in one browser. */
export type Side = 'customer' | 'staff'

export interface Person {
  readonly kind: 'customer' | 'guest' | 'staff'
  readonly id: string
  readonly name: string | undefined
  readonly roles: readonly string[]
  /** BCP 47, as the person set it. */
  readonly language: string | undefined
}

export type SessionState =
  | { readonly status: 'unknown' }
  /** `lost`: the server could not be asked; nobody knows yet. */
  | { readonly status: 'lost' }
  /** `ended`: it was not this page that signed out; somebody did in another tab, or the session is over. */
  | { readonly status: 'out'; readonly ended?: 'elsewhere' | 'over' }
  | { readonly status: 'in'; readonly person: Person }

interface Grant {
  readonly accessToken: string
  readonly expiresAt: string
  readonly deviceToken?: string
  readonly customer?: { readonly id: string; readonly name?: string; readonly language?: string }
  readonly guest?: { readonly id: string }
  readonly staff?: { readonly id: string; readonly name?: string; readonly roles?: readonly string[] }
}

/** A token is renewed this long before it runs out, in milliseconds. */
const EARLY = 60_000

/**
 * Who is signed in on one side. The access token lives in this page's memory alone; what renews it is a cookie that no script
 * can read. Tabs take turns at renewing, for each renewal makes the one before worthless.
 */
export class Session {
  #state: SessionState = { status: 'unknown' }
  #token: { readonly text: string; readonly until: number } | undefined
  #renewing: Promise<string | undefined> | undefined
  readonly #listeners = new Set<() => void>()
  readonly #others: BroadcastChannel

  constructor(readonly side: Side) {
    this.#others = new BroadcastChannel(`throughline.session.${side}`)
    this.#others.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'out') this.#leave(false, 'elsewhere')
      else if (data === 'over') this.#leave(false, 'over')
      else if (isGrant(data)) this.#take(data, false)
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): SessionState => this.#state

  /** Finds out whether a sign-in of an earlier visit still holds. */
  async resume(): Promise<void> {
    try {
      await this.renew()
    } catch {
      if (this.#state.status === 'unknown') this.#set({ status: 'lost' })
    }
  }

  /** A token that holds for a while yet; undefined when nobody is signed in. @throws NoAnswer */
  async token(): Promise<string | undefined> {
    if (this.#token !== undefined && Date.now() < this.#token.until - EARLY) return this.#token.text
    if (this.#state.status === 'out') return undefined
    return this.renew()
  }

  /** @throws NoAnswer when the server could not be asked */
  renew(stale?: string): Promise<string | undefined> {
    this.#renewing ??= this.#inTurn(() => this.#renew(stale)).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  /** @throws Problem @throws NoAnswer */
  async askCode(address: string): Promise<{ readonly challengeId: string; readonly expiresAt: string }> {
    const deviceToken = readStored(`throughline.device.${address}`)
    const body = address.includes('@') ? { email: address } : { phone: address }
    return (await post('/api/v1/identity/sign-in-codes', {
      ...body,
      ...(deviceToken !== null && { deviceToken }),
    })) as { challengeId: string; expiresAt: string }
  }

  /** Signs in; what a guest did on this device becomes the customer's. @throws Problem @throws NoAnswer */
  async signIn(challengeId: string, code: string, address: string): Promise<Person> {
    // Only a guest's token goes along: somebody who is signed in already signs in anew.
    const guest =
      this.#state.status === 'in' && this.#state.person.kind === 'guest' ? await this.token() : undefined
    const grant = await this.#granted(
      '/api/v1/identity/sessions',
      { challengeId, code, keep: 'cookie' },
      guest,
    )
    if (grant.deviceToken !== undefined) store(`throughline.device.${address}`, grant.deviceToken)
    return this.#take(grant, true)
  }

  /** @throws Problem @throws NoAnswer */
  async startGuest(): Promise<Person> {
    return this.#take(await this.#granted('/api/v1/identity/guests', { keep: 'cookie' }), true)
  }

  async signOut(): Promise<void> {
    const token = await this.token()
    if (token !== undefined) {
      await answered(
        fetch('/api/v1/identity/sessions/current', {
          method: 'DELETE',
          headers: { authorization: `Bearer ${token}` },
        }),
      )
    }
    this.#leave(true)
  }

  async #granted(path: string, body: unknown, token?: string): Promise<Grant> {
    const answer = await post(path, body, token)
    if (!isGrant(answer)) throw new Problem(502, 'session.unreadable', 'The answer cannot be read.')
    return answer
  }

  async #renew(stale: string | undefined): Promise<string | undefined> {
    // Another tab may have renewed while this one waited for its turn.
    const mine = this.#token
    if (mine !== undefined && mine.text !== stale && Date.now() < mine.until - EARLY) return mine.text
    const slot = `throughline.renewing.${this.side}`
    // Kept until an answer came: asked again under the same key, a lost answer is given once more.
    const key = readStored(slot) ?? randomKey()
    store(slot, key)
    try {
      const grant = await post('/api/v1/identity/sessions/refresh', { from: this.side }, undefined, key)
      forget(slot)
      if (!isGrant(grant)) {
        this.#leave(true, 'over')
        return undefined
      }
      this.#take(grant, true)
      return grant.accessToken
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status >= 500 || error.status === 429) throw new NoAnswer(error.message)
      forget(slot)
      this.#leave(true, 'over')
      return undefined
    }
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    // Web Locks exist on secure origins only; elsewhere a single tab is the common case.
    if (!('locks' in navigator)) return work()
    return navigator.locks.request(`throughline.session.${this.side}`, work)
  }

  #take(grant: Grant, tell: boolean): Person {
    this.#token = { text: grant.accessToken, until: Date.parse(grant.expiresAt) }
    const person = personOf(grant)
    this.#set({ status: 'in', person })
    if (tell) this.#others.postMessage(grant)
    return person
  }

  #leave(tell: boolean, ended?: 'elsewhere' | 'over'): void {
    this.#token = undefined
    const before = this.#state
    if (before.status !== 'out') {
      this.#set({ status: 'out', ...(ended !== undefined && before.status === 'in' && { ended }) })
    }
    if (tell) this.#others.postMessage(ended === 'over' ? 'over' : 'out')
  }

  #set(state: SessionState): void {
    if (
      this.#state.status === 'in' &&
      state.status === 'in' &&
      JSON.stringify(this.#state) === JSON.stringify(state)
    )
      return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

function personOf({ customer, guest, staff }: Grant): Person {
  if (staff !== undefined) {
    return { kind: 'staff', id: staff.id, name: staff.name, roles: staff.roles ?? [], language: undefined }
  }
  if (customer !== undefined) {
    const { id, name, language } = customer
    return { kind: 'customer', id, name, roles: ['customer'], language }
  }
  return { kind: 'guest', id: guest?.id ?? '', name: undefined, roles: ['guest'], language: undefined }
}

function isGrant(value: unknown): value is Grant {
  return typeof value === 'object' && value !== null && 'accessToken' in value && 'expiresAt' in value
}

async function post(path: string, body: unknown, token?: string, key = randomKey()): Promise<unknown> {
  const response = await answered(
    fetch(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    }),
  )
  if (!response.ok) throw await problemOf(response)
  return response.status === 204 ? undefined : response.json()
}

async function answered(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer
  } catch {
    throw new NoAnswer('The server did not answer.')
  }
}

function readStored(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // A browser that keeps nothing asks for a code more often.
  }
}

function forget(name: string): void {
  try {
    localStorage.removeItem(name)
  } catch {
    // See above.
  }
}
