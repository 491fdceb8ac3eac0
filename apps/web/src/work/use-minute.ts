import { useSyncExternalStore } from 'react'

const STEP = 5_000

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, STEP)
  return () => {
    clearInterval(timer)
  }
}

/** The time in milliseconds since 1970, in steps that are fine enough for words such as "7 min late". */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / STEP) * STEP)
}
