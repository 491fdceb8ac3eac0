import { useSyncExternalStore } from 'react'

export type Scheme = 'light' | 'dark'

const SLOT = 'throughline.scheme'
const ATTRIBUTE = 'data-mantine-color-scheme'
const listeners = new Set<() => void>()

function current(): Scheme {
  return document.documentElement.getAttribute(ATTRIBUTE) === 'dark' ? 'dark' : 'light'
}

function show(scheme: Scheme): void {
  document.documentElement.setAttribute(ATTRIBUTE, scheme)
  for (const listener of listeners) listener()
}

/** Follows the system until somebody chooses. Public/scheme.js does the same before the first paint. */
export function followSystem(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
    if (localStorage.getItem(SLOT) === null) show(matches ? 'dark' : 'light')
  })
}

export function chooseScheme(scheme: Scheme): void {
  try {
    localStorage.setItem(SLOT, scheme)
  } catch {
    // Holds for this visit then.
  }
  show(scheme)
}

export function useScheme(): Scheme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, current)
}
