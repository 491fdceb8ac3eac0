/** What the store asks of its writing thread: one append. A list, for names of fields would go over with each. */
export type AppendRequest = readonly [
  stream: string,
  id: string,
  expected: number,
  command: string,
  fingerprint: string | null,
  journey: string | null,
  /** JSON of each event, without its position and hash. */
  ...bodies: string[],
]

export type AppendAnswer =
  | {
      readonly kind: 'applied'
      /** Position of the first event. */
      readonly position: number
      readonly hashes: readonly string[]
    }
  /** The command is known; its first event stands at `sequence`. */
  | { readonly kind: 'known'; readonly sequence: number }
  | { readonly kind: 'elsewhere'; readonly actual: number }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** A statement by its name, and its values. */
export type Step = readonly [statement: string, ...values: (string | number | null)[]]

/** One write of a file: all of its steps or none. */
export interface StatementRequest {
  readonly steps: readonly Step[]
}

export type StatementAnswer =
  { readonly kind: 'done' } | { readonly kind: 'unavailable'; readonly reason: string }

/** From the process to a writing thread. */
export type ToWriter<Request> =
  { readonly kind: 'requests'; readonly requests: readonly Request[] } | { readonly kind: 'close' }

/** From a writing thread: one batch is one commit, answered in the order of asking. */
export type FromWriter<Answer> =
  { readonly kind: 'ready' } | { readonly kind: 'batch'; readonly answers: readonly Answer[] }

/** How a writing thread opens its file: statements to run, then pragmas that must read so. */
export interface WriterSetup {
  readonly file: string
  readonly setup: readonly string[]
  readonly expected: Readonly<Record<string, number | string>>
  readonly statements: Readonly<Record<string, string>>
}

/** What the scrub reads: files for their structure, and the log among them row by row. */
export interface ScrubSetup {
  readonly files: readonly string[]
  readonly log: string
  readonly columns: string
  /** Milliseconds to wait after each page of rows. */
  readonly pause: number
}

/** From the scrub, once for each look at a file; no damage is good news. */
export interface ScrubFound {
  readonly file: string
  readonly damage: readonly string[]
}
