/** Things that become due, earliest first: a binary heap whose dropped entries are passed over. */
export class MatureQueue<T extends { readonly row: object }> {
  readonly #heap: { readonly at: number; readonly thing: T }[] = []
  readonly #dropped = new WeakSet<object>()

  put(at: number, thing: T): void {
    const heap = this.#heap
    let index = heap.length
    const entry = { at, thing }
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.at <= at) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  drop(row: object): void {
    this.#dropped.add(row)
  }

  /** Everything due at or before the moment that was not dropped, in the order of becoming due. */
  takeUntil(moment: number): readonly T[] {
    const due: T[] = []
    for (let first = this.#heap[0]; first !== undefined && first.at <= moment; first = this.#heap[0]) {
      this.#removeFirst()
      if (!this.#dropped.has(first.thing.row)) due.push(first.thing)
    }
    return due
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const [a, b] = [heap[left], heap[left + 1]]
      if (a === undefined) break
      const child = b !== undefined && b.at < a.at ? left + 1 : left
      const below = heap[child]
      if (below === undefined || below.at >= last.at) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}
