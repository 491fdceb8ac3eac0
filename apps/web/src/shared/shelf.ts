/** What of `Storage` is used. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The browser's storage, or a memory of this page where it is refused or full. */
export function safeShelf(storage: () => Storage = () => localStorage): Shelf {
  const memory = new Map<string, string>()
  const or = <Value>(store: (shelf: Storage) => Value, otherwise: () => Value): Value => {
    try {
      return store(storage())
    } catch {
      return otherwise()
    }
  }
  return {
    getItem: (key) =>
      memory.get(key) ??
      or(
        (shelf) => shelf.getItem(key),
        () => null,
      ),
    setItem: (key, value) => {
      or(
        (shelf) => {
          shelf.setItem(key, value)
          memory.delete(key)
        },
        () => void memory.set(key, value),
      )
    },
    removeItem: (key) => {
      memory.delete(key)
      or(
        (shelf) => {
          shelf.removeItem(key)
        },
        () => undefined,
      )
    },
  }
}

/** What this device keeps for its people. */
export const shelf = safeShelf()
