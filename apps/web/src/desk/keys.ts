import { useEffect, useRef, useSyncExternalStore } from 'react'

/** What a key can do, in the order in which help lists it. */
export const ACTIONS = [
  'answer',
  'decline',
  'next',
  'previous',
  'place',
  'follow-up',
  'wrap-up',
  'pass-on',
  'call',
  'reply',
  'note',
  'context',
  'search',
  'help',
] as const
/** Those whose key is a single character: WCAG 2.1.4 wants them to be switched off or changed. */
export type LetterAction = (typeof ACTIONS)[number]
/** With ⌘ or Ctrl, or no character at all: these work in fields too, and are always on. */
export type FixedAction = 'palette' | 'submit' | 'escape'
export type KeyAction = LetterAction | FixedAction

/** `digit`: any of 1 to 9. */
export const DEFAULT_KEYS: Readonly<Record<LetterAction, string>> = {
  answer: 'a',
  decline: 'd',
  next: 'j',
  previous: 'k',
  place: 'digit',
  'follow-up': 'g',
  'wrap-up': 'w',
  'pass-on': 't',
  call: 'c',
  reply: 'r',
  note: 'n',
  context: 'i',
  search: '/',
  help: '?',
}

export interface KeySettings {
  /** No letter does anything. */
  readonly off: boolean
  /** An empty text: this one is switched off. */
  readonly keys: Readonly<Record<LetterAction, string>>
}

/** What is done; `place` is told which one, from 1. */
export type KeyMap = Readonly<Partial<Record<Exclude<KeyAction, 'place'>, () => void>>> & {
  readonly place?: (place: number) => void
}

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

export interface Meant {
  readonly action: KeyAction
  readonly place?: number
}

/** What a press means. `inField`: somebody writes there, so letters are letters. */
export function meaningOf(
  { key, ctrlKey, metaKey, altKey }: Pressed,
  { off, keys }: KeySettings,
  inField: boolean,
): Meant | undefined {
  if (altKey) return undefined
  if (ctrlKey || metaKey) {
    if (key === 'Enter') return { action: 'submit' }
    return key.toLowerCase() === 'k' ? { action: 'palette' } : undefined
  }
  if (key === 'Escape') return { action: 'escape' }
  if (inField || off) return undefined
  const pressed = key.toLowerCase()
  const action = ACTIONS.find((each) =>
    keys[each] === 'digit' ? /^[1-9]$/.test(pressed) : keys[each] === pressed,
  )
  if (action === undefined) return undefined
  return action === 'place' ? { action, place: Number(pressed) } : { action }
}

/** Settings in which `action` has this key; whoever had it before gives it up. An empty key switches it off. */
export function withKey(settings: KeySettings, action: LetterAction, key: string): KeySettings {
  const keys = { ...settings.keys }
  for (const each of ACTIONS) if (each !== action && key !== '' && keys[each] === key) keys[each] = ''
  keys[action] = key
  return { ...settings, keys }
}

/** A key that somebody may choose: one character that is no digit and no space. */
export function isChoosable(key: string): boolean {
  return [...key].length === 1 && !/[\d\s]/.test(key)
}

/** As kept in the browser; what is not understood is as delivered. */
export function readKeys(kept: string | null): KeySettings {
  const settings = { off: false, keys: DEFAULT_KEYS }
  if (kept === null) return settings
  try {
    const read: unknown = JSON.parse(kept)
    if (typeof read !== 'object' || read === null) return settings
    const told = 'keys' in read && typeof read.keys === 'object' && read.keys !== null ? read.keys : {}
    const keys: Record<LetterAction, string> = { ...DEFAULT_KEYS }
    for (const [name, key] of Object.entries(told)) {
      const action = ACTIONS.find((each) => each === name)
      if (action === undefined || typeof key !== 'string') continue
      if (key === '' || key === DEFAULT_KEYS[action] || (action !== 'place' && isChoosable(key))) {
        keys[action] = key.toLowerCase()
      }
    }
    return { off: 'off' in read && read.off === true, keys }
  } catch {
    return settings
  }
}

const SLOT = 'throughline.keys'
let settings: KeySettings | undefined
const watchers = new Set<() => void>()

function present(): KeySettings {
  if (settings === undefined) {
    try {
      settings = readKeys(localStorage.getItem(SLOT))
    } catch {
      settings = readKeys(null)
    }
  }
  return settings
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export function useKeySettings(): KeySettings {
  return useSyncExternalStore(watch, present)
}

export function keepKeys(next: KeySettings): void {
  settings = next
  try {
    localStorage.setItem(SLOT, JSON.stringify(next))
  } catch {
    // Holds for this visit then.
  }
  for (const each of watchers) each()
}

const maps: { readonly current: () => KeyMap }[] = []

/**
 * Does what a key says while the component is there; of several that know the same action, the one that came last. The
 * one place that listens to the keyboard. `under`: only what nobody else knows, whenever it came.
 */
export function useKeys(map: KeyMap, { under = false }: { readonly under?: boolean } = {}): void {
  const latest = useRef(map)
  useEffect(() => {
    latest.current = map
  })
  useEffect(() => {
    const entry = { current: () => latest.current }
    if (maps.length === 0) addEventListener('keydown', pressed)
    if (under) maps.unshift(entry)
    else maps.push(entry)
    return () => {
      maps.splice(maps.indexOf(entry), 1)
      if (maps.length === 0) removeEventListener('keydown', pressed)
    }
  }, [under])
}

/** What can be done right now, for the list of everything. */
export function doable(): readonly Exclude<KeyAction, 'place'>[] {
  return [...ACTIONS, 'submit' as const].filter(
    (action) => action !== 'place' && maps.some(({ current }) => current()[action] !== undefined),
  ) as readonly Exclude<KeyAction, 'place'>[]
}

/** Does it as if its key had been pressed. */
export function perform({ action, place = 1 }: Meant): boolean {
  for (const { current } of maps.toReversed()) {
    const map = current()
    if (action === 'place') {
      if (map.place === undefined) continue
      map.place(place)
      return true
    }
    const act = map[action]
    if (act === undefined) continue
    act()
    return true
  }
  return false
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const { target } = event
  const element = target instanceof HTMLElement ? target : undefined
  // A dialog that is modal has its own keys.
  if (element?.closest('dialog[open], [aria-modal="true"]') !== null && element !== undefined) return
  const field = element !== undefined && isField(element)
  const meant = meaningOf(event, present(), field)
  if (meant === undefined) return
  if (meant.action === 'escape' && field) {
    // First out of the field: what was written stays.
    element.blur()
    return
  }
  if (event.repeat && meant.action !== 'next' && meant.action !== 'previous') return
  if (perform(meant)) event.preventDefault()
}

const BUTTONS = new Set(['button', 'submit', 'reset', 'image'])

function isField(element: HTMLElement): boolean {
  if (element.isContentEditable) return true
  if (element instanceof HTMLInputElement) return !BUTTONS.has(element.type)
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
}
