import { useState } from 'react'
import type { Content } from './api'
import { keepDraft, readDraft, same } from './draft'
import type { Draft } from './draft'

/** What is being written about an article, kept in this browser with every letter. */
export function useDraft(articleId: string, live: Content, version: number) {
  const [draft, setDraft] = useState(() => readDraft(articleId))
  const [kept, setKept] = useState(true)
  const keep = (next: Draft | undefined): void => {
    setDraft(next)
    setKept(keepDraft(articleId, next))
  }
  const change = (content: Content): void => {
    const base = draft?.base ?? version
    // Written back to what is live there is nothing to keep.
    keep(base === version && same(content, live) ? undefined : { base, content, savedAt: Date.now() })
  }
  return { draft, kept, change, keep }
}
