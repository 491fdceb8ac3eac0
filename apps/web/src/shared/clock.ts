import { useSyncExternalStore } from 'react'
import { usePast } from './past'

const SECOND = 1_000
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function listen(changed: () => void): () => void {
  listeners.add(changed)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, SECOND)
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function read(): number {
  // Nobody keeps it up to date until the first one listens; asked twice at once it is the same.
  if (timer === undefined && Date.now() - now > SECOND) now = Date.now()
  return now
}

function stand(): () => void {
  return () => undefined
}

/** Milliseconds since 1970, each second anew; one timer for the whole page. In a past moment that moment, standing still. */
export function useNow(): number {
  const past = usePast()
  const running = useSyncExternalStore(past === undefined ? listen : stand, read)
  return past?.now ?? running
}
