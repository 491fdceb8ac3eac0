import { DamagedRecord, Registers, StaleRegister } from '@throughline/ports'
import type { Registered } from '@throughline/ports'
import type { Lines, Statement } from './connection.js'
import { keyOf } from './rows.js'

/** Registers in a table beside the log. */
export class PostgresRegisters extends Registers {
  readonly #lines: Lines
  readonly #read: Statement
  readonly #write: Statement

  constructor(lines: Lines, schema: string) {
    super()
    this.#lines = lines
    this.#read = { name: 'register', text: `SELECT version, value FROM ${schema}.registers WHERE name = $1` }
    this.#write = { name: 'write_register', text: `SELECT ${schema}.write_register($1, $2, $3)` }
  }

  async read(name: string): Promise<Registered | undefined> {
    const [row] = await this.#lines.rows(this.#read, [keyOf(name)])
    if (row === undefined) return undefined
    const [version, value] = Array.isArray(row) ? (row as readonly unknown[]) : []
    if (typeof version !== 'number' || typeof value !== 'string')
      throw new DamagedRecord(`the register ${name} has a column of the wrong type`)
    return { version, value: JSON.parse(value) as unknown }
  }

  async write(name: string, version: number, value: unknown): Promise<number> {
    const text = JSON.stringify(value ?? null)
    const [row] = await this.#lines.rows(this.#write, [keyOf(name), version, text])
    const [written] = Array.isArray(row) ? (row as readonly unknown[]) : []
    if (typeof written === 'number') return written
    throw new StaleRegister(`${name} is not at version ${String(version)} any more`)
  }
}
