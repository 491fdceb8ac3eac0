import { useSyncExternalStore } from 'react'
import { usePast } from './past'

/** Whether a media query holds, now and whenever that changes. */
export function useMedia(query: string): boolean {
  const view = usePast()?.window ?? window
  return useSyncExternalStore(
    (changed) => {
      const list = view.matchMedia(query)
      list.addEventListener('change', changed)
      return () => {
        list.removeEventListener('change', changed)
      }
    },
    () => view.matchMedia(query).matches,
  )
}

/** Below two columns of the customer's pages. */
export const NARROW = '(max-width: 959px)'
/** A finger: no keyboard, so Enter breaks the line, and focus does not open one. */
export const TOUCH = '(pointer: coarse)'

/** Whether somebody looks at this window. */
export function useVisible(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener('visibilitychange', changed)
      return () => {
        document.removeEventListener('visibilitychange', changed)
      }
    },
    () => document.visibilityState === 'visible',
  )
}
