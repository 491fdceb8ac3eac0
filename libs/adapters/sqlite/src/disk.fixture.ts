// A disk that loses power: from the record of what was written and synced, the folders it could hold afterwards.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SECTOR = 512
const [CREATE, WRITE, TRUNCATE, SYNC, SYNC_FOLDER, UNLINK, RENAME, MARK] = [1, 2, 3, 4, 5, 6, 7, 8]

export interface Operation {
  readonly kind: number
  readonly file: number
  readonly offset: number
  readonly bytes: Buffer
}

/** The recorder's journal (`test-shim/recorder.c`). */
export function operationsOf(journal: Buffer): readonly Operation[] {
  const operations: Operation[] = []
  for (let at = 0; at < journal.length;) {
    const length = journal.readUInt32LE(at + 13)
    operations.push({
      kind: journal.readUInt8(at),
      file: journal.readUInt32LE(at + 1),
      offset: Number(journal.readBigUInt64LE(at + 5)),
      bytes: journal.subarray(at + 17, at + 17 + length),
    })
    at += 17 + length
  }
  return operations
}

/** Numbers from a seed, the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A file's content: what is on the plate for sure, and what was written since the last sync. */
class Content {
  #bytes: Buffer = Buffer.alloc(0)
  #size = 0
  pending: Operation[] = []

  /** All that was written is there for sure now. */
  settle(): void {
    for (const operation of this.pending) this.apply(operation)
    this.pending = []
  }

  apply({ kind, offset, bytes }: Operation): void {
    if (kind === TRUNCATE) {
      this.#bytes.fill(0, Math.min(offset, this.#size), this.#size)
      this.#grow(offset)
      this.#size = offset
      return
    }
    this.#grow(offset + bytes.length)
    bytes.copy(this.#bytes, offset)
    this.#size = Math.max(this.#size, offset + bytes.length)
  }

  /** What a cut could leave of it: unsynced writes kept, dropped, torn or in another order. */
  after(random: () => number): Buffer {
    const left = new Content()
    left.#bytes = Buffer.from(this.#bytes.subarray(0, this.#size))
    left.#size = this.#size
    for (const operation of chosen(this.pending, random)) left.apply(operation)
    return left.#bytes.subarray(0, left.#size)
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return
    const grown = Buffer.alloc(Math.max(size, 2 * this.#bytes.length))
    this.#bytes.copy(grown, 0, 0, this.#size)
    this.#bytes = grown
  }
}

function chosen(pending: readonly Operation[], random: () => number): readonly Operation[] {
  const luck = random()
  if (luck < 0.1) return []
  if (luck < 0.2) return pending
  const sectors = (operation: Operation): readonly Operation[] => {
    if (operation.kind !== WRITE) return [operation]
    const { offset, bytes } = operation
    const torn: Operation[] = []
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + SECTOR - ((offset + at) % SECTOR))
      torn.push({ ...operation, offset: offset + at, bytes: bytes.subarray(at, end) })
      at = end
    }
    return torn
  }
  if (luck < 0.4) {
    // In order up to a moment, and the write of that moment torn.
    const upTo = Math.floor(random() * (pending.length + 1))
    const last = pending[upTo]
    const torn = last === undefined ? [] : sectors(last).filter(() => random() < 0.5)
    return [...pending.slice(0, upTo), ...torn]
  }
  const share = [0.1, 0.5, 0.9][Math.floor(random() * 3)] ?? 0.5
  const kept = pending.flatMap((operation) => {
    // Half of them as a whole or not at all, the others sector by sector.
    if (random() < 0.5) return random() < share ? [operation] : []
    return sectors(operation).filter(() => random() < share)
  })
  if (luck < 0.7) return kept
  for (let index = kept.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [one, two] = [kept[index], kept[other]]
    if (one !== undefined && two !== undefined) [kept[index], kept[other]] = [two, one]
  }
  return kept
}

/** Runs a recording forward; what it is asked at any moment is what a power cut then could leave. */
export class Disk {
  readonly #contents = new Map<number, Content>()
  /** Names as they are in the folder on the plate for sure; changes since are pending. */
  readonly #names = new Map<string, number>()
  #renamed: ((names: Map<string, number>) => void)[] = []
  /** What was acknowledged so far, a line each. */
  readonly marks: string[] = []

  play({ kind, file, offset, bytes }: Operation): void {
    const content = this.#contents.get(file) ?? new Content()
    this.#contents.set(file, content)
    if (kind === MARK) this.marks.push(...bytes.toString().trim().split('\n'))
    if (kind === WRITE || kind === TRUNCATE) content.pending.push({ kind, file, offset, bytes })
    if (kind === SYNC) content.settle()
    const name = bytes.toString()
    if (kind === CREATE) this.#rename((names) => names.set(name, file))
    if (kind === UNLINK)
      this.#rename((names) => {
        without(names, file)
      })
    if (kind === RENAME)
      this.#rename((names) => {
        without(names, file)
        names.set(name, file)
      })
    if (kind === SYNC_FOLDER) {
      for (const change of this.#renamed) change(this.#names)
      this.#renamed = []
    }
  }

  #rename(change: (names: Map<string, number>) => void): void {
    this.#renamed.push(change)
  }

  /** Makes the folder as a cut at this moment could leave it. */
  cut(folder: string, random: () => number): void {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    const names = new Map(this.#names)
    const share = random() < 0.5 ? 1 : 0.5
    for (const change of this.#renamed) if (random() < share) change(names)
    for (const [name, file] of names) {
      const content = this.#contents.get(file)
      if (content) writeFileSync(join(folder, name), content.after(random))
    }
  }
}

function without(names: Map<string, number>, file: number): void {
  for (const [name, other] of names) if (other === file) names.delete(name)
}
