/** Something sent to a person outside the pages: a sign-in code, a notice that an answer is there. */
export interface Dispatch {
  /** The sender's idempotency key. */
  readonly id: string
  readonly to: { readonly kind: 'email' | 'phone'; readonly address: string }
  readonly subject: string
  readonly text: string
}

/** Carries words out. One process writes them to `outbox/` and the terminal; mail and SMS come as adapters. */
export abstract class Courier {
  abstract send(dispatch: Dispatch): Promise<void>
}
