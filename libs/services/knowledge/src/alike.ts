import { words } from './words.js'

export interface Document {
  readonly id: string
  readonly text: string
}

export interface Pair {
  readonly a: string
  readonly b: string
  /** Shared shingles ÷ all shingles of both (Jaccard), 0 to 1. */
  readonly likeness: number
}

const SHINGLE = 3

/** Every run of three words, once. A text shorter than that is one run. */
export function shingles(text: string): ReadonlySet<string> {
  const all = words(text)
  if (all.length === 0) return new Set()
  if (all.length < SHINGLE) return new Set([all.join(' ')])
  const runs = new Set<string>()
  for (let at = 0; at + SHINGLE <= all.length; at++) runs.add(all.slice(at, at + SHINGLE).join(' '))
  return runs
}

/**
 * Pairs of documents whose text is alike, most alike first, then by id; `a` sorts before `b`. Only documents that share
 * a run of words are ever compared, so the cost follows what is shared and not the number of pairs.
 */
export function alike(documents: readonly Document[], least: number): readonly Pair[] {
  const sizes = new Map<string, number>()
  const holders = new Map<string, string[]>()
  for (const { id, text } of documents) {
    const runs = shingles(text)
    sizes.set(id, runs.size)
    for (const run of runs) {
      const held = holders.get(run)
      if (held) held.push(id)
      else holders.set(run, [id])
    }
  }
  const shared = new Map<string, Map<string, number>>()
  for (const held of holders.values()) {
    const ids = held.sort()
    for (const [at, a] of ids.entries()) {
      const row = shared.get(a) ?? new Map<string, number>()
      for (const b of ids.slice(at + 1)) row.set(b, (row.get(b) ?? 0) + 1)
      shared.set(a, row)
    }
  }
  const pairs: Pair[] = []
  for (const [a, row] of shared) {
    for (const [b, common] of row) {
      const likeness = common / ((sizes.get(a) ?? 0) + (sizes.get(b) ?? 0) - common)
      if (likeness >= least) pairs.push({ a, b, likeness })
    }
  }
  return pairs.sort((x, y) => y.likeness - x.likeness || order(x.a, y.a) || order(x.b, y.b))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
