import { createContext, use, useEffect, useState } from 'react'
import type { ReactNode } from 'react'

type Politeness = 'polite' | 'assertive'
type Announce = (text: string, politeness?: Politeness) => void

const AnnounceContext = createContext<Announce>(() => undefined)

/** Says something to whoever listens to the page: one polite and one assertive region, there from the start. */
export function useAnnounce(): Announce {
  return use(AnnounceContext)
}

const PAUSE = 1_000

/** At most one announcement a second; what comes faster is joined. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<Readonly<Record<Politeness, string>>>({ polite: '', assertive: '' })
  const [queue] = useState(() => new Queue(setSaid))
  useEffect(
    () => () => {
      queue.stop()
    },
    [queue],
  )
  return (
    <AnnounceContext value={queue.announce}>
      {children}
      <div className="visually-hidden" role="status" aria-live="polite">
        {said.polite}
      </div>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {said.assertive}
      </div>
    </AnnounceContext>
  )
}

class Queue {
  #waiting: Record<Politeness, string[]> = { polite: [], assertive: [] }
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly say: (said: Readonly<Record<Politeness, string>>) => void) {}

  readonly announce: Announce = (text, politeness = 'polite') => {
    this.#waiting[politeness].push(text)
    this.#timer ??= setTimeout(this.#flush, 0)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #flush = (): void => {
    this.#timer = undefined
    const { polite, assertive } = this.#waiting
    if (polite.length + assertive.length === 0) return
    this.#waiting = { polite: [], assertive: [] }
    this.say({ polite: polite.join('. '), assertive: assertive.join('. ') })
    this.#timer = setTimeout(this.#flush, PAUSE)
  }
}
