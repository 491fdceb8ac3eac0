/** The only source of new identifiers. */
export abstract class Ids {
  /** A new UUIDv7: sorts by the time of its making. */
  abstract next(): string

  /**
   * The same id for the same parts, always (a name-based UUID, RFC 9562 version 5). What a command creates takes its
   * id from the command's, so that the same command again finds what it made the first time.
   */
  abstract derive(...parts: readonly string[]): string
}

/** The only source of unpredictable bits: codes, tokens, salts. */
export abstract class Randomness {
  abstract bytes(count: number): Uint8Array
  /** A whole number from 0 to `bound` − 1, every one equally likely. */
  abstract below(bound: number): number
}
