import { MantineThemeProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { ApiContext, useApi } from '../api/context'
import { Boundary, Shape } from '../shared/parts'
import { PastContext } from '../shared/past'
import { useScheme } from '../shared/scheme'
import { themeFor } from '../theme/theme'
import type { Density } from '../theme/theme'
import { PastApi } from './past-api'
import styles from './past-frame.module.css'

/** Left to see above the part that is shown, in px of the page. */
const ABOVE = 96

interface Inside {
  readonly window: Window
  readonly document: Document
}

/**
 * A page as it was, in a window of its own width that is scaled into its place: nothing in it can be pressed, and its views
 * ask the server for nothing but names.
 */
export function PastFrame({
  title,
  width,
  at,
  density,
  show = 'start',
  children,
}: {
  readonly title: string
  /** Of the page, in px; undefined: as wide as its place. */
  readonly width: number | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  readonly density: Density
  /** Where what happened last stands: an end of the page, or the part of that name. */
  readonly show?: string
  readonly children: ReactNode
}) {
  const { i18n } = useTranslation()
  const api = useApi()
  const scheme = useScheme()
  const place = useRef<HTMLDivElement>(null)
  const room = useRoom(place)
  const [inside, setInside] = useState<Inside>()
  const [past] = useState(() => new PastApi(api.session))
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } }),
  )
  const theme = useMemo(() => themeFor(density), [density])
  const enter = useCallback((frame: HTMLIFrameElement | null): void => {
    const { contentDocument, contentWindow } = frame ?? {}
    if (!contentDocument || !contentWindow) return
    // The frame's own does not keep a view from taking focus when it opens.
    contentDocument.body.inert = true
    setInside((before) =>
      before?.document === contentDocument ? before : { window: contentWindow, document: contentDocument },
    )
  }, [])
  useEffect(() => (inside === undefined ? undefined : sameStyles(inside.document)), [inside])
  useEffect(() => {
    if (inside !== undefined) dress(inside.document, i18n.language, scheme)
  }, [inside, i18n.language, scheme])

  const logical = width ?? room.width
  const scale = logical === 0 ? 1 : Math.min(1, room.width / logical)
  const least = scale === 0 ? 0 : Math.floor(room.height / scale)
  const height = useContentHeight(inside, least, logical)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const part = inside?.document.querySelector(`[data-part="${show}"]`) ?? undefined
    if (part !== undefined) {
      element.scrollTop = Math.max(0, (part.getBoundingClientRect().top - ABOVE) * scale)
    } else element.scrollTop = show === 'end' ? element.scrollHeight : 0
  }, [inside, show, at, height, scale])
  const moment = useMemo(
    () => (inside === undefined ? undefined : { now: at, window: inside.window }),
    [inside, at],
  )
  return (
    <div
      ref={place}
      className={styles.place}
      role="region"
      aria-label={title}
      data-scrolls=""
      // What is below the edge has to be reached with the keyboard too.

      tabIndex={0}
    >
      <div className={styles.sheet} style={{ inlineSize: logical * scale, blockSize: height * scale }}>
        <iframe
          ref={enter}
          className={styles.frame}
          title={title}
          tabIndex={-1}
          inert
          style={{ inlineSize: logical, blockSize: height, transform: `scale(${String(scale)})` }}
          // Some browsers put another empty document into it once it has loaded.
          onLoad={({ currentTarget }) => {
            enter(currentTarget)
          }}
        />
      </div>
      {inside !== undefined &&
        moment !== undefined &&
        createPortal(
          <PastContext value={moment}>
            <ApiContext value={past}>
              <QueryClientProvider client={queries}>
                <MantineThemeProvider theme={theme} inherit={false}>
                  <Boundary>
                    <Suspense fallback={<Shape width="100%" height={320} />}>{children}</Suspense>
                  </Boundary>
                </MantineThemeProvider>
              </QueryClientProvider>
            </ApiContext>
          </PastContext>,
          inside.document.body,
        )}
    </div>
  )
}

/** The page's own styles, and those that come while it is open. */
function sameStyles(inside: Document): () => void {
  const copied = new Set<Node>()
  const copy = (): void => {
    for (const style of document.head.querySelectorAll('style, link[rel="stylesheet"]')) {
      if (copied.has(style)) continue
      copied.add(style)
      const own = inside.importNode(style, true)
      // A nonce is not copied with the element it stands on.
      if (style instanceof HTMLElement && 'nonce' in own) own.nonce = style.nonce
      inside.head.append(own)
    }
  }
  copy()
  const watcher = new MutationObserver(copy)
  watcher.observe(document.head, { childList: true })
  return () => {
    watcher.disconnect()
  }
}

interface Room {
  readonly width: number
  readonly height: number
}

function useRoom(of: React.RefObject<HTMLElement | null>): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = of.current
    if (element === null) return undefined
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element
      setRoom((before) => (before.width === width && before.height === height ? before : { width, height }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [of])
  return room
}

/** Language and colours as around it. */
function dress({ documentElement }: Document, language: string, scheme: string): void {
  documentElement.lang = language
  documentElement.setAttribute('data-mantine-color-scheme', scheme)
}

/** Of all that is in the page, in a window as high as its place; threads then stand at their end. */
function heightOf(frame: HTMLElement, page: Document, least: number): number {
  const before = frame.style.blockSize
  frame.style.blockSize = `${String(least)}px`
  const content = Math.max(least, page.documentElement.scrollHeight)
  frame.style.blockSize = before
  for (const log of page.querySelectorAll('[role="log"]')) log.scrollTop = log.scrollHeight
  return content
}

/** How high the page is in its window; at least as high as its place. Measured anew with what is in it, not with its own height. */
function useContentHeight(inside: Inside | undefined, least: number, width: number): number {
  const [height, setHeight] = useState(least)
  useLayoutEffect(() => {
    if (inside === undefined) return undefined
    const { document: page } = inside
    const frame = inside.window.frameElement
    let asked = 0
    const measure = (): void => {
      asked = 0
      if (frame instanceof HTMLElement) setHeight(heightOf(frame, page, least))
    }
    const soon = (): void => {
      asked ||= requestAnimationFrame(measure)
    }
    measure()
    const watcher = new MutationObserver(soon)
    watcher.observe(page, { childList: true, subtree: true, characterData: true, attributes: true })
    page.addEventListener('load', soon, true)
    return () => {
      cancelAnimationFrame(asked)
      watcher.disconnect()
      page.removeEventListener('load', soon, true)
    }
  }, [inside, least, width])
  return Math.max(height, least)
}
