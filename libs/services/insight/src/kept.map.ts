/**
 * A map that is kept elsewhere too, of which only a part is here: it knows which keys were written since they were
 * stored last. What is read back goes in with {@link load}, and goes with {@link leave} without being gone.
 */
export class KeptMap<Value> extends Map<string, Value> {
  readonly changed = new Set<string>()

  override set(key: string, value: Value): this {
    this.changed.add(key)
    return super.set(key, value)
  }

  override delete(key: string): boolean {
    this.changed.add(key)
    return super.delete(key)
  }

  load(key: string, value: Value): void {
    super.set(key, value)
  }

  leave(key: string): void {
    super.delete(key)
  }
}
