import type { Client } from '@throughline/client'
import type { Mailbox } from './person.js'

/** The system a demo is played on: over HTTP, in a time that the demo moves. */
export interface DemoWorld {
  readonly url: string
  readonly operator: Client
  readonly mailbox: Mailbox
  /** Milliseconds since 1970. */
  now(): number
  /** Lets time go by and everything that is due happen. */
  pass(milliseconds: number): Promise<void>
  /** Returns when every reaction and view has read everything there is. */
  settle(): Promise<void>
}
