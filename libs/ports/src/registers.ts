/** What a register holds, and how often it was written; the first write makes version 1. */
export interface Registered {
  readonly version: number
  /** Plain data, as JSON carries it. */
  readonly value: unknown
}

/** The register was written since it was read: whoever holds the older version has nothing to say any more. */
export class StaleRegister extends Error {
  override readonly name = 'StaleRegister'
}

/**
 * Named values beside the record, each moved on by compare-and-set: who does what only one may do at a time, and how far
 * they came. They are as durable as the record and no part of the log.
 */
export abstract class Registers {
  /** Undefined for one nobody has written. */
  abstract read(name: string): Promise<Registered | undefined>

  /** Writes durably if the register stands at `version` (0: not written yet); returns the new version. @throws StaleRegister */
  abstract write(name: string, version: number, value: unknown): Promise<number>
}

/** Registers of one process, for one that shares nothing with others. */
export class MemoryRegisters extends Registers {
  readonly #kept = new Map<string, { readonly version: number; readonly value: string }>()

  async read(name: string): Promise<Registered | undefined> {
    await Promise.resolve()
    const kept = this.#kept.get(name)
    return kept && { version: kept.version, value: JSON.parse(kept.value) as unknown }
  }

  async write(name: string, version: number, value: unknown): Promise<number> {
    await Promise.resolve()
    const at = this.#kept.get(name)?.version ?? 0
    if (at !== version) throw new StaleRegister(`${name} is at version ${String(at)}, not ${String(version)}`)
    this.#kept.set(name, { version: version + 1, value: JSON.stringify(value) })
    return version + 1
  }
}
