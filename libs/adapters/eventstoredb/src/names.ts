import type { StreamName } from '@throughline/ports'

/**
 * How our streams are called in a server that others may use too: `<prefix>.<noun>-<id>` for events, so that one stream-name
 * prefix finds them all, and `<prefix>-register-<name>` for registers, which that prefix does not find.
 */
export class Names {
  /** What the names of all streams with events begin with. */
  readonly events: string

  constructor(private readonly prefix: string) {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(prefix)) {
      throw new Error(`a prefix of stream names is letters, digits and hyphens, not "${prefix}"`)
    }
    this.events = `${prefix}.`
  }

  stream({ stream, id }: StreamName): string {
    return `${this.events}${escaped(stream)}-${id}`
  }

  /** Undefined for a stream that is not one of ours, or holds no events. */
  parse(name: string): StreamName | undefined {
    if (!name.startsWith(this.events)) return undefined
    const end = name.indexOf('-', this.events.length)
    const noun = name.slice(this.events.length, end)
    if (end < 0 || noun.includes('.')) return undefined
    return { stream: decodeURIComponent(noun), id: name.slice(end + 1) }
  }

  register(name: string): string {
    return `${this.prefix}-register-${name}`
  }
}

/** Where the server's projection `$by_correlation_id` links the events of a journey. */
export const JOURNEYS = '$bc-'

// The first hyphen ends the noun, so note + book-1 and note-book + 1 stay two streams.
function escaped(noun: string): string {
  return encodeURIComponent(noun).replaceAll('-', '%2D').replaceAll('.', '%2E')
}
