/** A heap's items carry a small whole number of their own, so that a tracking heap finds them without hashing. */
export interface Indexed {
  readonly index: number
}

/**
 * A binary heap. A tracking one knows where each item sits and can re-key or remove it; an untracked one is cheaper
 * and its owner skips what is gone.
 */
export class Heap<T extends Indexed> {
  private readonly items: T[] = []
  /** Position plus one by item index; zero or absent means not in this heap. */
  private readonly places: number[] = []

  constructor(
    private readonly before: (a: T, b: T) => boolean,
    private readonly tracking = true,
  ) {}

  get size(): number {
    return this.items.length
  }

  peek(): T | undefined {
    return this.items[0]
  }

  /** The item at a position of the heap's own order: children of `i` are `2i + 1` and `2i + 2`, never before it. */
  at(position: number): T | undefined {
    return this.items[position]
  }

  all(): readonly T[] {
    return this.items
  }

  /** Inserts, or puts right an item whose key changed. */
  put(item: T): void {
    const place = this.tracking ? (this.places[item.index] ?? 0) : 0
    if (place === 0) {
      this.items.push(item)
      this.up(item, this.items.length - 1)
    } else {
      this.settle(item, place - 1)
    }
  }

  pop(): T | undefined {
    const first = this.items[0]
    if (first !== undefined) this.take(0)
    return first
  }

  /** Only a tracking heap can remove; what is not in it stays out. */
  remove(item: T): void {
    const place = this.places[item.index] ?? 0
    if (place > 0) this.take(place - 1)
  }

  private take(position: number): void {
    const gone = this.items[position]
    const last = this.items.pop()
    if (gone === undefined || last === undefined) return
    if (this.tracking) this.places[gone.index] = 0
    if (position < this.items.length) this.settle(last, position)
  }

  private settle(item: T, position: number): void {
    const parent = this.items[(position - 1) >> 1]
    if (position > 0 && parent !== undefined && this.before(item, parent)) this.up(item, position)
    else this.down(item, position)
  }

  private up(item: T, from: number): void {
    let position = from
    while (position > 0) {
      const above = (position - 1) >> 1
      const parent = this.items[above]
      if (parent === undefined || !this.before(item, parent)) break
      this.set(parent, position)
      position = above
    }
    this.set(item, position)
  }

  private down(item: T, from: number): void {
    let position = from
    for (;;) {
      let below = 2 * position + 1
      let child = this.items[below]
      if (child === undefined) break
      const right = this.items[below + 1]
      if (right !== undefined && this.before(right, child)) {
        child = right
        below += 1
      }
      if (!this.before(child, item)) break
      this.set(child, position)
      position = below
    }
    this.set(item, position)
  }

  protected set(item: T, position: number): void {
    this.items[position] = item
    if (this.tracking) this.places[item.index] = position + 1
  }
}

interface Spot<T> {
  readonly index: number
  readonly position: number
  readonly item: T
}

/**
 * The first item in the heap's order that is accepted, looking at children only of what was looked at. After `limit`
 * items it scans the whole heap flat: the same answer at a bounded cost.
 */
export function firstIn<T extends Indexed>(
  heap: Heap<T>,
  before: (a: T, b: T) => boolean,
  accept: (item: T) => boolean,
  limit: number,
): T | undefined {
  const root = heap.peek()
  if (root === undefined || accept(root)) return root
  const frontier = new Heap<Spot<T>>((a, b) => before(a.item, b.item), false)
  const open = (position: number) => {
    const item = heap.at(position)
    if (item !== undefined) frontier.put({ index: 0, position, item })
  }
  open(1)
  open(2)
  for (let looked = 1; looked < limit; looked += 1) {
    const spot = frontier.pop()
    if (spot === undefined) return undefined
    if (accept(spot.item)) return spot.item
    open(2 * spot.position + 1)
    open(2 * spot.position + 2)
  }
  if (frontier.size === 0) return undefined
  let best: T | undefined
  for (const item of heap.all()) {
    if ((best === undefined || before(item, best)) && accept(item)) best = item
  }
  return best
}
