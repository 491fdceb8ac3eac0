import { useEffect, useState, useSyncExternalStore } from 'react'
import { isPassing } from '../api/client'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import type { Side } from '../api/session'
import { Problem } from '../api/problem'
import { randomKey } from '../api/random'
import { shelf } from './shelf'
import type { Shelf } from './shelf'

/** Words that the server may not have yet. */
export interface Unsent {
  /** The command's id: every try asks for the same command, so nothing is ever said twice. */
  readonly key: string
  readonly body: Readonly<Record<string, unknown>> & { readonly text: string }
  /** When it was written, ISO 8601. */
  readonly at: string
  /** Log position of the last thing said when it was written: the thread shows it behind that. */
  readonly after?: number
  /** Refused for good, with the problem's code; it goes out again only when somebody says so. */
  readonly refused?: string
  /** The server has it under this id. Kept until the thread shows it. */
  readonly sentAs?: string
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 15_000

/** 401: she is to sign in again, and her words wait for it. */
export function isForGood(error: unknown): error is Problem {
  return error instanceof Problem && error.status !== 401 && error.status !== 408 && !isPassing(error)
}

/**
 * What was written and is not known to have arrived, in order. It stands in the browser's storage from the moment it is
 * written until the server has it, and so outlives a reload, a lost network and a restart of the server.
 */
export class Outbox {
  /** Told by the server, on the way into the thread; a reload finds these there. */
  #sent: readonly Unsent[] = []
  #shown: readonly Unsent[] = []
  #going = false
  #pause = FIRST_PAUSE
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  constructor(
    private readonly slot: string,
    /** Sends one with its key; the id under which the server has it. */
    private readonly send: (unsent: Unsent) => Promise<string>,
    private readonly shelf: Shelf,
  ) {
    this.#show()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly list = (): readonly Unsent[] => this.#shown

  add(body: Unsent['body'], at: string, key = randomKey(), after?: number): void {
    this.#keep([...this.#kept(), { key, body, at, ...(after !== undefined && { after }) }])
    void this.flush()
  }

  remove(key: string): void {
    this.#keep(this.#kept().filter((each) => each.key !== key))
    void this.flush()
  }

  retry(key: string): void {
    this.#keep(
      this.#kept().map(({ refused, ...each }) =>
        each.key === key || refused === undefined ? each : { ...each, refused },
      ),
    )
    void this.flush()
  }

  /** The thread shows these by now. */
  arrived(ids: ReadonlySet<string>): void {
    const left = this.#sent.filter(({ sentAs = '' }) => !ids.has(sentAs))
    if (left.length === this.#sent.length) return
    this.#sent = left
    this.#show()
  }

  /** Another window of this browser changed what is kept. */
  readonly refresh = (): void => {
    this.#show()
  }

  /** There is reason to hope: at once, and where that fails, soon. */
  hurry(): void {
    this.#pause = FIRST_PAUSE
    void this.flush()
  }

  /** One after the other, in the order they were written; those refused are passed over. */
  readonly flush = async (): Promise<void> => {
    if (this.#going) return
    clearTimeout(this.#timer)
    this.#going = true
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#try(next)
      this.#pause = FIRST_PAUSE
    } catch {
      this.#timer = setTimeout(() => void this.flush(), this.#pause)
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
    } finally {
      this.#going = false
    }
  }

  /** @throws whatever may pass by itself */
  async #try(unsent: Unsent): Promise<void> {
    try {
      const sentAs = await this.send(unsent)
      this.#sent = [...this.#sent, { ...unsent, sentAs }]
      this.#keep(this.#kept().filter(({ key }) => key !== unsent.key))
    } catch (error) {
      if (!isForGood(error)) throw error
      this.#keep(
        this.#kept().map((each) => (each.key === unsent.key ? { ...each, refused: error.code } : each)),
      )
    }
  }

  #next(): Unsent | undefined {
    const sent = new Set(this.#sent.map(({ key }) => key))
    return this.#kept().find(({ key, refused }) => refused === undefined && !sent.has(key))
  }

  /** Always from the storage: another window may have written there. */
  #kept(): readonly Unsent[] {
    try {
      const kept: unknown = JSON.parse(this.shelf.getItem(this.slot) ?? '[]')
      return Array.isArray(kept) ? kept.filter(isUnsent) : []
    } catch {
      return []
    }
  }

  #keep(unsent: readonly Unsent[]): void {
    if (unsent.length === 0) this.shelf.removeItem(this.slot)
    else this.shelf.setItem(this.slot, JSON.stringify(unsent))
    this.#show()
  }

  #show(): void {
    const sent = new Set(this.#sent.map(({ key }) => key))
    this.#shown = [...this.#sent, ...this.#kept().filter(({ key }) => !sent.has(key))]
    for (const listener of this.#listeners) listener()
  }
}

interface Said {
  readonly id: string
  readonly position: number
  readonly said: string
}

/**
 * What the thread does not show yet. The news of a message may come before the answer to its command: its own words
 * behind the place where they were written are it. `own`: what was said by the same side, in order.
 */
export function notShown(unsent: readonly Unsent[], own: readonly Said[]): readonly Unsent[] {
  const free = [...own]
  return unsent.filter(({ sentAs, after, body, refused }) => {
    const place = free.findIndex(({ id, position, said }) =>
      sentAs === undefined
        ? refused === undefined && after !== undefined && position > after && said === body.text
        : id === sentAs,
    )
    if (place < 0) return true
    free.splice(place, 1)
    return false
  })
}

function isUnsent(raw: unknown): raw is Unsent {
  if (typeof raw !== 'object' || raw === null || !('key' in raw) || !('at' in raw) || !('body' in raw))
    return false
  const { key, at, body } = raw
  return (
    typeof key === 'string' &&
    typeof at === 'string' &&
    typeof body === 'object' &&
    body !== null &&
    'text' in body &&
    typeof body.text === 'string'
  )
}

/** `side`: the two people of one browser keep their words apart. */
function slotOf(what: 'outbox' | 'draft', side: string, contactId: string): string {
  return `throughline.${what}.${side}.${contactId}`
}

const outboxes = new WeakMap<Api, Map<string, Outbox>>()

/** One for each contact and side; it goes on sending when its page is left. */
function outboxOf(api: Api, contactId: string): Outbox {
  const known = outboxes.get(api) ?? new Map<string, Outbox>()
  outboxes.set(api, known)
  const found =
    known.get(contactId) ??
    new Outbox(
      slotOf('outbox', api.session.side, contactId),
      async ({ key, body }) => {
        const path = `/contact/contacts/${contactId}/messages`
        return (await api.post<{ readonly id: string }>(path, body, { key })).id
      },
      shelf,
    )
  known.set(contactId, found)
  return found
}

/** Messages of a contact on their way. */
export function useOutbox(contactId: string): {
  readonly outbox: Outbox
  readonly unsent: readonly Unsent[]
} {
  const api = useApi()
  const outbox = outboxOf(api, contactId)
  useEffect(() => {
    const changed = ({ key }: StorageEvent): void => {
      if (key === slotOf('outbox', api.session.side, contactId)) outbox.refresh()
    }
    const online = (): void => {
      outbox.hurry()
    }
    addEventListener('storage', changed)
    addEventListener('online', online)
    online()
    return () => {
      removeEventListener('storage', changed)
      removeEventListener('online', online)
    }
  }, [api, contactId, outbox])
  return { outbox, unsent: useSyncExternalStore(outbox.subscribe, outbox.list) }
}

/** What was written and not sent yet, kept on this device. `of`: more than one draft of a contact, such as its note. */
export function useDraft(contactId: string, of = ''): readonly [string, (text: string) => void] {
  const { session } = useApi()
  const slot = slotOf('draft', session.side, contactId) + of
  const [text, setText] = useState(() => shelf.getItem(slot) ?? '')
  return [
    text,
    (next) => {
      setText(next)
      if (next === '') shelf.removeItem(slot)
      else shelf.setItem(slot, next)
    },
  ]
}

/** Nothing that one side wrote here stays on the device: somebody signs out. */
export function forgetWords(side: Side, storage: Storage = localStorage): void {
  const ours = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
  for (const key of ours) {
    if (key.startsWith(slotOf('outbox', side, '')) || key.startsWith(slotOf('draft', side, ''))) {
      storage.removeItem(key)
    }
  }
}
