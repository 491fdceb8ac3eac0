import { useSyncExternalStore } from 'react'
import { usePast } from '../shared/past'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function stand(): () => void {
  return () => undefined
}

/** The time, by seconds, in milliseconds since 1970. All clocks of the desk tick together; in a past moment they stand still. */
export function useNow(): number {
  const past = usePast()
  const running = useSyncExternalStore(past === undefined ? subscribe : stand, () => now)
  return past?.now ?? running
}
