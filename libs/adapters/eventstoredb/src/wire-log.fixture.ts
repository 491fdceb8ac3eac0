import { randomUUID } from 'node:crypto'

/** A record of the wire double. */
export interface WireRecord {
  readonly position: bigint
  readonly stream: string
  readonly revision: bigint
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
  /** What a link leads to. */
  readonly target?: WireRecord
}

export type Proposed = Pick<WireRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>

export type WireExpected = 'any' | 'exists' | 'none' | bigint

const EMPTY = new Uint8Array()

/**
 * What the wire doubles hold: proves how we use the client, never how the server behaves. Positions leave gaps as byte
 * offsets do, records of the server stand between ours, and the links of journeys are written as `$by_correlation_id` would.
 */
export class WireLog {
  readonly records: WireRecord[] = []
  readonly #streams = new Map<string, WireRecord[]>()
  readonly #listeners = new Set<(record: WireRecord) => void>()
  readonly #unlinked: WireRecord[] = []
  /** Whether links of journeys wait until `link()`. */
  isLagging = false
  #end: bigint

  constructor(start = 1_024n) {
    this.#end = start
    this.#add('$settings', {
      id: randomUUID(),
      type: '$settings',
      contentType: 'application/json',
      data: EMPTY,
      metadata: EMPTY,
    })
  }

  stream(name: string): readonly WireRecord[] {
    return this.#streams.get(name) ?? []
  }

  /** Where the first record stands that begins at a position or after it. */
  indexAt(position: bigint): number {
    let [low, high] = [0, this.records.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.records[middle]?.position ?? 0n) < position) low = middle + 1
      else high = middle
    }
    return low
  }

  onAdded(listener: (record: WireRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Revision of the last event; undefined where the stream stands elsewhere than expected. */
  append(name: string, expected: WireExpected, proposed: readonly Proposed[]): bigint | undefined {
    const present = this.stream(name)
    const last = BigInt(present.length) - 1n
    const wanted = expected === 'none' ? -1n : expected
    if (typeof wanted === 'bigint' && wanted !== last) {
      const first = Number(wanted) + 1
      const isRepeated = proposed.every(({ id }, index) => present[first + index]?.id === id)
      return isRepeated ? BigInt(first + proposed.length - 1) : undefined
    }
    if (wanted === 'exists' && last < 0n) return undefined
    const added = proposed.map((one) => this.#add(name, one))
    for (const record of added) this.#correlate(record)
    if (this.records.length % 3 === 0) this.statistics()
    return BigInt(present.length + added.length) - 1n
  }

  /** What the server writes for itself. */
  statistics(): void {
    const data = Buffer.from('{"load":0.5}')
    this.#add('$stats-double', {
      id: randomUUID(),
      type: '$statsCollected',
      contentType: 'application/json',
      data,
      metadata: EMPTY,
    })
  }

  /** The projection has caught up. */
  link(): void {
    for (const record of this.#unlinked.splice(0)) this.#link(record)
  }

  /** As a fault of the disk would. */
  damage(name: string, revision: number, data: string): void {
    const stream = this.#streams.get(name) ?? []
    const record = stream[revision]
    if (record === undefined) throw new Error(`${name} has no ${String(revision)}`)
    const other = { ...record, data: Buffer.from(data) }
    stream[revision] = other
    this.records[this.records.indexOf(record)] = other
  }

  #correlate(record: WireRecord): void {
    if (journeyOf(record) === undefined) return
    if (this.isLagging) this.#unlinked.push(record)
    else this.#link(record)
  }

  #link(record: WireRecord): void {
    const data = Buffer.from(`${String(record.revision)}@${record.stream}`)
    const link = {
      id: randomUUID(),
      type: '$>',
      contentType: 'application/octet-stream',
      data,
      metadata: EMPTY,
    }
    this.#add(`$bc-${journeyOf(record) ?? ''}`, link, record)
  }

  #add(name: string, proposed: Proposed, target?: WireRecord): WireRecord {
    const stream = this.#streams.get(name) ?? []
    this.#streams.set(name, stream)
    const record: WireRecord = {
      ...proposed,
      position: this.#end,
      stream: name,
      revision: BigInt(stream.length),
      ...(target !== undefined && { target }),
    }
    const size = 90 + name.length + proposed.data.length + proposed.metadata.length
    // Now and then a new chunk file begins.
    this.#end += BigInt(this.records.length % 7 === 6 ? 1_000_000 + size : size)
    stream.push(record)
    this.records.push(record)
    for (const listener of this.#listeners) listener(record)
    return record
  }
}

function journeyOf({ metadata }: WireRecord): string | undefined {
  if (metadata.length === 0) return undefined
  const parsed: unknown = JSON.parse(Buffer.from(metadata).toString())
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const journey: unknown = Reflect.get(parsed, '$correlationId')
  return typeof journey === 'string' ? journey : undefined
}
