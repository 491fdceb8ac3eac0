import { BACKWARDS, END, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import type { JSONType } from '@eventstore/db-client'
import type { Ids } from '@throughline/kernel'
import { Registers, StaleRegister } from '@throughline/ports'
import type { Registered } from '@throughline/ports'
import type { Connection } from './connection.js'
import type { Names } from './names.js'
import { uuidOf } from './records.js'

const TYPE = 'throughline.RegisterWritten'

/** Each register is a stream of which the server keeps the last event; its version counts all there ever were. */
export class EventStoreDbRegisters extends Registers {
  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly ids: Ids,
  ) {
    super()
  }

  async read(name: string): Promise<Registered | undefined> {
    const options = {
      direction: BACKWARDS,
      fromRevision: END,
      maxCount: 1,
      ...this.connection.options,
    } as const
    const stream = this.names.register(name)
    const [last] = await this.connection.read((client) => client.readStream(stream, options))
    if (last?.event === undefined) return undefined
    const { revision, data } = last.event
    if (!isKept(data)) throw new Error(`${stream} holds something else than a register`)
    return { version: Number(revision) + 1, value: data.value }
  }

  async write(name: string, version: number, value: unknown): Promise<number> {
    const stream = this.names.register(name)
    // A new id each time: by the same one the server would take two writers for one.
    const id = uuidOf(this.ids.next())
    const data: JSONType = { value: JSON.parse(JSON.stringify(value ?? null)) as unknown }
    const event = { id, contentType: 'application/json', type: TYPE, data, metadata: undefined } as const
    const expectedRevision = version === 0 ? NO_STREAM : BigInt(version - 1)
    try {
      await this.connection.run((client) =>
        client.appendToStream(stream, event, { ...this.connection.options, expectedRevision }),
      )
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error
      throw new StaleRegister(`${name} is not at version ${String(version)}`, { cause: error })
    }
    if (version === 0) await this.#keepOne(stream)
    return version + 1
  }

  /** Only saves space, so it is left to the next first write where it fails. */
  async #keepOne(stream: string): Promise<void> {
    await this.connection
      .run((client) => client.setStreamMetadata(stream, { maxCount: 1 }, this.connection.options))
      .catch(() => undefined)
  }
}

function isKept(data: unknown): data is { readonly value: unknown } {
  return typeof data === 'object' && data !== null && 'value' in data
}
