import { useEffect, useRef } from 'react'
import type { RefObject } from 'react'

/** Takes focus to the heading of what opened, and back to where it was once that closes. */
export function useOpened<Heading extends HTMLElement>(): RefObject<Heading | null> {
  const heading = useRef<Heading>(null)
  useEffect(() => {
    const before = document.activeElement
    heading.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return heading
}
