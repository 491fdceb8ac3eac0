import { Client, Problem } from '@throughline/client'

interface SignedIn {
  readonly accessToken: string
  readonly refreshToken: string
  readonly customer?: { readonly id: string }
  readonly staff?: { readonly id: string }
}

/** Reads the newest code that was sent to an address. */
export type Mailbox = (address: string) => string | undefined

/** Somebody who signs in with a code and stays signed in, as a browser would keep them. */
export class Person {
  readonly api: Client
  #session: SignedIn | undefined
  #guest: Guest | undefined

  constructor(
    private readonly url: string,
    readonly email: string,
    private readonly mailbox: Mailbox,
  ) {
    this.api = new Client(url, () => this.#signIn())
  }

  /** Customer or staff id, known after the first request. */
  get id(): string {
    const id = this.#session?.customer?.id ?? this.#session?.staff?.id
    if (id === undefined) throw new Error(`${this.email} has not signed in yet`)
    return id
  }

  /** Signs in now, as the guest that was here before where there was one: what the guest did becomes this person's. */
  async signIn(guest?: Guest): Promise<void> {
    this.#guest = guest
    await this.#signIn()
  }

  /** An access token, for streams that are opened by hand. */
  token(): Promise<string> {
    return this.#signIn()
  }

  async #signIn(): Promise<string> {
    const guest = this.#guest
    const anonymous = new Client(this.url)
    if (this.#session) {
      try {
        const { refreshToken } = this.#session
        const { body } = await anonymous.post<SignedIn>('/api/v1/identity/sessions/refresh', { refreshToken })
        this.#session = { ...this.#session, ...body }
        return body.accessToken
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error
        // The session is over: a code opens a new one.
      }
    }
    const asked = await anonymous.post<{ readonly challengeId: string }>('/api/v1/identity/sign-in-codes', {
      email: this.email,
    })
    const code = this.mailbox(this.email)
    if (code === undefined) throw new Error(`no code arrived for ${this.email}`)
    const { challengeId } = asked.body
    const asking = guest?.api ?? anonymous
    const { body } = await asking.post<SignedIn>('/api/v1/identity/sessions', { challengeId, code })
    this.#guest = undefined
    this.#session = body
    return body.accessToken
  }
}

/** Somebody who has not said who they are. */
export class Guest {
  readonly api: Client

  constructor(url: string) {
    this.api = new Client(url, async () => {
      const { body } = await new Client(url).post<{ readonly accessToken: string }>(
        '/api/v1/identity/guests',
        {},
      )
      return body.accessToken
    })
  }
}
