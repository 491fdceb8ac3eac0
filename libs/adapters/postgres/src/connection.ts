import { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { Client } from 'pg'
import type { ClientConfig } from 'pg'
import { portError, unavailable } from './errors.js'

/** Milliseconds: a server that is there answers at once, and whoever asks for something that is not there hears so soon. */
const CONNECT_WITHIN = 1_000
/** Milliseconds until the server gives a statement up; its wait for the head of the log is part of that. */
const STATEMENT_WITHIN = 5_000
const LOCK_WITHIN = 4_000
/** Milliseconds until an answer is given up here: only when the server could not even say that it gave up. */
const ANSWER_WITHIN = 6_000
/** Milliseconds a connection gets to say goodbye. */
const GOODBYE_WITHIN = 1_000

/**
 * Of each session, whatever server, database or role say. Every statement of ours has its index; a plan made while a table
 * was small would go on reading it from end to end. Compiling such short statements takes longer than running them.
 */
const SESSION = [
  'synchronous_commit=on',
  'default_transaction_isolation=read\\ committed',
  'default_transaction_read_only=off',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'jit=off',
]

export interface Address {
  /** `postgres://role:password@host:port/database`. */
  readonly url: string
  readonly ssl?: boolean | ConnectionOptions
}

export interface Statement {
  /** Prepared under it once in each connection. */
  readonly name: string
  readonly text: string
}

type Values = readonly (string | number | null)[]

/** One connection, made when it is needed and made again after it was lost. What was on its way then is told as unavailable. */
export class Line {
  readonly #address: Address
  readonly #onConnect: (client: Client) => Promise<void>
  #client: Promise<Client> | undefined
  #socket: Socket | undefined
  #open = true
  #asked = 0

  constructor(address: Address, onConnect: (client: Client) => Promise<void> = () => Promise.resolve()) {
    this.#address = address
    this.#onConnect = onConnect
  }

  /** Questions that have no answer yet. */
  get asked(): number {
    return this.#asked
  }

  /** Rows as arrays of columns. @throws Refused `store.unavailable` @throws DamagedRecord */
  async rows(statement: Statement, values: Values = []): Promise<readonly unknown[]> {
    try {
      return await this.raw(statement, values)
    } catch (error) {
      throw portError(error)
    }
  }

  /** As `rows`, with the errors of the server as they are. */
  async raw({ name, text }: Statement, values: Values = []): Promise<readonly unknown[]> {
    this.#asked++
    try {
      const client = await this.connected()
      const { rows } = await client.query<unknown[]>({ name, text, values: [...values], rowMode: 'array' })
      return rows
    } finally {
      this.#asked--
    }
  }

  /** Made by whoever comes first and waited for by all who come meanwhile: a server that is not there keeps them once. */
  connected(): Promise<Client> {
    if (!this.#open) return Promise.reject(unavailable('the store is closed'))
    return (this.#client ??= this.#connect())
  }

  /** What is on its way is answered first; a server that is silent for a second is not waited for. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    const client = await this.#client?.catch(() => undefined)
    // A server that does not hear the goodbye is not waited for.
    this.#socket?.setTimeout(GOODBYE_WITHIN, () => this.#socket?.destroy())
    await client?.end()
  }

  async #connect(): Promise<Client> {
    const socket = new Socket()
    const client = new Client(configOf(this.#address, socket))
    this.#socket = socket
    const forget = (): void => {
      if (this.#socket === socket) this.#client = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    try {
      await client.connect()
      await this.#onConnect(client)
      return client
    } catch (error) {
      forget()
      socket.destroy()
      throw error
    }
  }
}

/** A bounded number of connections; each question goes to the one that has the fewest. */
export class Lines {
  readonly #lines: readonly Line[]

  constructor(address: Address, most: number) {
    this.#lines = Array.from({ length: most }, () => new Line(address))
  }

  /** @throws Refused `store.unavailable` @throws DamagedRecord */
  rows(statement: Statement, values: Values = []): Promise<readonly unknown[]> {
    return this.#lines.reduce((one, other) => (other.asked < one.asked ? other : one)).rows(statement, values)
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()))
  }
}

export function configOf({ url, ssl }: Address, socket: Socket): ClientConfig {
  return {
    connectionString: url,
    ...(ssl !== undefined && { ssl }),
    stream: () => socket,
    // Questions are sent without waiting for the answers to those before; each is a transaction of its own.
    pipeline: true,
    keepAlive: true,
    application_name: 'throughline',
    connectionTimeoutMillis: CONNECT_WITHIN,
    statement_timeout: STATEMENT_WITHIN,
    lock_timeout: LOCK_WITHIN,
    query_timeout: ANSWER_WITHIN,
    options: SESSION.map((setting) => `-c ${setting}`).join(' '),
  }
}
