/** The channel by which the processes of the service tell each other whom they have live streams of. */
export const PRESENCE = 'contact.presence'

interface From {
  /** The process that says it. */
  readonly by: string
}

/** Contacts with the devices of their open streams in one process; no devices: none is open there. */
export interface HereTold extends From {
  readonly is: 'here'
  readonly contacts: readonly (readonly [contactId: string, devices: readonly string[]])[]
  /** On how many devices the sender counts her, where it has just told her pages so. */
  readonly count?: number
}

export type Heard =
  /** Somebody has begun: who is there, and with whom? */
  | (From & { readonly is: 'who' })
  /** Has anybody a stream of these? */
  | (From & { readonly is: 'ask'; readonly contacts: readonly string[] })
  | HereTold
  /** The end of a round: everything the sender has was told before it. */
  | (From & { readonly is: 'told' })

/** What a signal says; undefined where it is none of ours: whoever reaches the engine can have sent it. */
export function heardIn(event: string, data: unknown): Heard | undefined {
  if (typeof data !== 'object' || data === null || !('by' in data)) return undefined
  const { by } = data
  if (typeof by !== 'string' || by === '') return undefined
  if (event === 'who' || event === 'told') return { is: event, by }
  if (!('contacts' in data) || !Array.isArray(data.contacts)) return undefined
  const contacts: readonly unknown[] = data.contacts
  if (event === 'ask') return contacts.every(isText) ? { is: event, by, contacts } : undefined
  if (event !== 'here' || !contacts.every(isPair)) return undefined
  const count = 'count' in data && typeof data.count === 'number' ? data.count : undefined
  return { is: event, by, contacts, ...(count !== undefined && { count }) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isPair(value: unknown): value is readonly [string, readonly string[]] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    isText(value[0]) &&
    Array.isArray(value[1]) &&
    value[1].every(isText)
  )
}
