/** What is in order of `(dueBy, seq)`: stays, and classes by the stay at their head. */
export interface Due {
  readonly dueBy: number
  readonly seq: number
}

export function dueBefore(a: Due, b: Due): boolean {
  return a.dueBy !== b.dueBy ? a.dueBy < b.dueBy : a.seq < b.seq
}
