import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import { leaveReading, openReading, rateReading, readingsQuery } from '../api/knowledge'
import type { Reading } from '../api/knowledge'

/** What stands open without a press is read once it was in view this long, in milliseconds. */
const SEEN = 2_000

export interface ReadingOf {
  readonly articleId: string
  readonly version: number
  /** The journey it is read in; begun when it is needed. */
  readonly journey: () => Promise<string>
  /** Opened by a press, or shown open from the start. */
  readonly pressed: boolean
  /** The same reading before, when she comes back. */
  readonly before: Reading | undefined
}

/**
 * Records that an article is read, for how long it was open and in view, and what she says of it. `place` is where it
 * stands in the page.
 */
export function useReading(of: ReadingOf, place: RefObject<HTMLElement | null>) {
  const api = useApi()
  const queries = useQueryClient()
  const { articleId, version, journey, pressed, before } = of
  const [said, setSaid] = useState<{ readonly helped: boolean; readonly error?: unknown }>()
  const record = useRef<ReadingRecord>(undefined)
  const begin = useRef(journey)
  const known = before?.dwell
  useEffect(() => {
    begin.current = journey
  })
  const told = useCallback(
    (journeyId: string) => {
      void queries.invalidateQueries({ queryKey: readingsQuery(api, journeyId).queryKey })
    },
    [api, queries],
  )
  const start = useRef(known)
  useEffect(() => {
    if (known !== undefined) start.current = Math.max(start.current ?? 0, known)
  }, [known])
  useEffect(() => {
    const begun = new ReadingRecord(
      api,
      { articleId, version },
      () => begin.current(),
      told,
      () => start.current ?? 0,
    )
    record.current = begun
    if (pressed) void begun.open().catch(() => undefined)
    const watch = begun.watch(place.current, pressed ? undefined : SEEN)
    return () => {
      watch()
      record.current = undefined
    }
  }, [api, articleId, version, pressed, place, told])
  const rate = async (helped: boolean): Promise<void> => {
    const earlier = said
    setSaid({ helped })
    try {
      await record.current?.rate(helped)
    } catch (error) {
      const back = earlier?.helped ?? before?.helped
      setSaid(back === undefined ? { helped, error } : { helped: back, error })
    }
  }
  const failed = said?.error
  return {
    helped:
      failed !== undefined && before?.helped === undefined ? undefined : (said?.helped ?? before?.helped),
    failed,
    rate: (helped: boolean) => {
      void rate(helped)
    },
  }
}

/** One reading of one article: opened at most once, left as often as she turns away. */
class ReadingRecord {
  #opening: Promise<string> | undefined
  #seen = 0
  #since: number | undefined
  #told = -1

  constructor(
    private readonly api: Api,
    private readonly article: { readonly articleId: string; readonly version: number },
    private readonly journey: () => Promise<string>,
    private readonly opened: (journeyId: string) => void,
    private readonly before: () => number,
  ) {}

  open(): Promise<string> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      // Asked for again with what she does next.
      this.#opening = undefined
      throw error
    })
    // What is not recorded does not keep anybody from reading.
    this.#opening.catch(() => undefined)
    return this.#opening
  }

  async rate(helped: boolean): Promise<void> {
    const id = await this.open()
    await rateReading(this.api, id, helped)
    this.opened(await this.journey())
  }

  /** Counts the time it is in view; `openAfter` milliseconds of it open the reading. Returns the end of watching. */
  watch(element: HTMLElement | null, openAfter: number | undefined): () => void {
    let inView = element === null
    let timer: ReturnType<typeof setTimeout> | undefined
    const change = (): void => {
      const looking = inView && document.visibilityState === 'visible'
      if (looking && this.#since === undefined) {
        this.#since = performance.now()
        if (openAfter !== undefined) {
          timer = setTimeout(
            () => {
              void this.open().catch(() => undefined)
            },
            Math.max(0, openAfter - this.#seen),
          )
        }
      } else if (!looking && this.#since !== undefined) {
        clearTimeout(timer)
        this.#pause()
        // She may not come back: what there is is said now.
        if (document.visibilityState === 'hidden') this.#leave()
      }
    }
    const observer = new IntersectionObserver((entries) => {
      inView = entries.at(-1)?.isIntersecting ?? inView
      change()
    })
    if (element !== null) observer.observe(element)
    document.addEventListener('visibilitychange', change)
    change()
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', change)
      clearTimeout(timer)
      this.#pause()
      this.#leave()
    }
  }

  async #open(): Promise<string> {
    const journeyId = await this.journey()
    const { id } = await openReading(this.api, { ...this.article, journeyId })
    this.opened(journeyId)
    return id
  }

  #pause(): void {
    if (this.#since === undefined) return
    this.#seen += performance.now() - this.#since
    this.#since = undefined
  }

  #leave(): void {
    const seconds = Math.min(86_400, this.before() + Math.round(this.#seen / 1_000))
    if (this.#opening === undefined || seconds === this.#told) return
    this.#told = seconds
    this.#opening
      .then((id) => leaveReading(this.api, id, seconds))
      .catch(() => {
        this.#told = -1
      })
  }
}
