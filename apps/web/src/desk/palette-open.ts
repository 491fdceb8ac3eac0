import { useSyncExternalStore } from 'react'

export type Opened = 'palette' | 'keys' | undefined

let opened: Opened
const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Opens the list of everything, or the list of keys, wherever `Palette` is mounted. */
export function openPalette(what: 'palette' | 'keys' = 'palette'): void {
  show(what)
}

export function closePalette(): void {
  show(undefined)
}

function show(what: Opened): void {
  opened = what
  for (const each of watchers) each()
}

export function useOpenedPalette(): Opened {
  return useSyncExternalStore(watch, () => opened)
}
