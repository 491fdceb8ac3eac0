import { dueBefore } from './due.js'
import { Heap } from './heap.js'
import type { Mask } from './masks.js'
import type { ContactClass, Stay } from './matcher.state.js'

/**
 * Classes by the key of their heads, with what a search compares beside them in plain arrays: a search looks at dozens of
 * classes and takes one, and following each of the others to its fields would cost more than all the rest of a decision.
 */
export class ClassHeap extends Heap<ContactClass> {
  private readonly due: number[] = []
  private readonly seq: number[] = []
  /** The first two words of the need: enough to turn most away, and never one that fits. */
  private readonly low: number[] = []
  private readonly high: number[] = []
  /** Positions still to be looked at. */
  private readonly ahead: number[] = []

  constructor() {
    super(dueBefore)
  }

  /**
   * The earliest stay, before `earliest`, that `first` finds in a class whose need `open` may cover; else `earliest`. Down from
   * the top, and past nothing that is due later than the best so far: no child is due before its parent. Keeping what is
   * still to be looked at in order of due times would cost more than the few that are looked at in vain.
   */
  search(
    open: Mask,
    earliest: Stay | undefined,
    first: (one: ContactClass) => Stay | undefined,
  ): Stay | undefined {
    const { due, seq, low, high, ahead, size } = this
    const closedLow = ~(open[0] ?? 0)
    const closedHigh = ~(open[1] ?? 0)
    let best = earliest
    let bestDue = best?.dueBy ?? Infinity
    let bestSeq = best?.seq ?? 0
    let left = 0
    for (let position = 0; ;) {
      const at = position < size ? (due[position] ?? Infinity) : Infinity
      if (at < bestDue || (at === bestDue && (seq[position] ?? 0) < bestSeq)) {
        const turnedAway = ((low[position] ?? 0) & closedLow) | ((high[position] ?? 0) & closedHigh)
        const one = turnedAway === 0 ? this.at(position) : undefined
        const found = one && first(one)
        if (found !== undefined && (best === undefined || dueBefore(found, best))) {
          best = found
          bestDue = found.dueBy
          bestSeq = found.seq
        }
        // Behind the head of a class, its children may hold earlier ones.
        if (found === undefined || found.seq !== seq[position]) {
          ahead[left++] = 2 * position + 2
          position = 2 * position + 1
          continue
        }
      }
      if (left === 0) return best
      position = ahead[--left] ?? 0
    }
  }

  protected override set(item: ContactClass, position: number): void {
    super.set(item, position)
    this.due[position] = item.dueBy
    this.seq[position] = item.seq
    this.low[position] = item.need[0] ?? 0
    this.high[position] = item.need[1] ?? 0
  }
}
