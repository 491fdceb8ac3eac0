import { useQueries } from '@tanstack/react-query'
import { useApi } from './context'
import type { Api } from './client'

interface Name {
  readonly id: string
  readonly kind: 'staff' | 'customer'
  readonly name: string
}

const MOST = 50

/** Asks for the names of one tick together. */
class Names {
  #asked = new Map<string, PromiseWithResolvers<string | null>>()

  constructor(private readonly api: Api) {}

  of(id: string): Promise<string | null> {
    if (this.#asked.size === 0) queueMicrotask(() => void this.#ask())
    const waiting = this.#asked.get(id) ?? Promise.withResolvers<string | null>()
    this.#asked.set(id, waiting)
    return waiting.promise
  }

  async #ask(): Promise<void> {
    const asked = [...this.#asked]
    this.#asked = new Map()
    for (let from = 0; from < asked.length; from += MOST) {
      const some = asked.slice(from, from + MOST)
      try {
        const path = `/identity/names?ids=${some.map(([id]) => id).join(',')}`
        const { items } = await this.api.get<{ readonly items: readonly Name[] }>(path)
        const names = new Map(items.map(({ id, name }) => [id, name]))
        for (const [id, { resolve }] of some) resolve(names.get(id) ?? null)
      } catch (error) {
        for (const [, { reject }] of some) reject(error)
      }
    }
  }
}

const askers = new WeakMap<Api, Names>()

/** Names of people by id; undefined until they are there, and for somebody whose name is not ours to see. */
export function useNames(
  ids: readonly (string | undefined)[],
): (id: string | undefined) => string | undefined {
  const api = useApi()
  let asker = askers.get(api)
  if (asker === undefined) askers.set(api, (asker = new Names(api)))
  const names = asker
  const wanted = [...new Set(ids.filter((id) => id !== undefined))]
  const found = useQueries({
    queries: wanted.map((id) => ({
      queryKey: ['name', id],
      queryFn: () => names.of(id),
      staleTime: 300_000,
    })),
  })
  const byId = new Map(wanted.map((id, index) => [id, found[index]?.data ?? undefined]))
  return (id) => (id === undefined ? undefined : byId.get(id))
}

/** `Joel` of `Joel Ikande`. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name
}
