import { createContext, use } from 'react'

/** A moment that is over and is looked at again: its time, and the window in which it is drawn. */
export interface Past {
  /** Milliseconds since 1970: what counts as now. */
  readonly now: number
  /** Its width decides what is narrow. */
  readonly window: Window
}

/** Above the views of a past moment (the time machine); absent everywhere else. */
export const PastContext = createContext<Past | undefined>(undefined)

export function usePast(): Past | undefined {
  return use(PastContext)
}
