import { Kbd } from '../shared/parts'
import { useKeySettings } from './keys'
import type { LetterAction } from './keys'

const APPLE = typeof navigator !== 'undefined' && /Mac|iP(hone|ad|od)/.test(navigator.userAgent)

/** `⌘ ⏎` on a Mac, `Ctrl ⏎` elsewhere. */
export function withCommand(key: string): string {
  return `${APPLE ? '⌘' : 'Ctrl'} ${key}`
}

/** The key as it is shown: `W`; undefined where it is switched off. */
export function useKeyOf(action: LetterAction): string | undefined {
  const { off, keys } = useKeySettings()
  const key = keys[action]
  if (off || key === '') return undefined
  return key === 'digit' ? '1–9' : key.toLocaleUpperCase()
}

/** Beside what a key does, which key that is; nothing where it is switched off. Those who do not see it hear of it in help. */
export function KeyHint({ of }: { readonly of: LetterAction }) {
  const key = useKeyOf(of)
  if (key === undefined) return null
  return (
    <span aria-hidden="true">
      <Kbd>{key}</Kbd>
    </span>
  )
}
