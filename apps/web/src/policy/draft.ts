import { useCallback, useState } from 'react'
import { isDoc } from './document'
import type { Doc } from './document'

/** Kept in this browser until it is published or thrown away. */
export interface Draft {
  /** The version it was made from; 0 when there was none. */
  readonly base: number
  readonly document: Doc
}

const slot = (name: string): string => `throughline.policy-draft.${name}`

export function useDraft(name: string): readonly [Draft | undefined, (draft: Draft | undefined) => void] {
  const [draft, setDraft] = useState(() => readDraft(name))
  const keep = useCallback(
    (next: Draft | undefined) => {
      setDraft(next)
      try {
        if (next === undefined) localStorage.removeItem(slot(name))
        else localStorage.setItem(slot(name), JSON.stringify(next))
      } catch {
        // Holds for this visit then.
      }
    },
    [name],
  )
  return [draft, keep]
}

function readDraft(name: string): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(slot(name)) ?? 'null')
    if (!isDoc(kept) || typeof kept.base !== 'number' || !isDoc(kept.document)) return undefined
    return { base: kept.base, document: kept.document }
  } catch {
    return undefined
  }
}
