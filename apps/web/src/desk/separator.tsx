import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './desk.module.css'

const SLOT = 'throughline.desk.context'
const LEAST = 320
const MOST = 480
const USUAL = 372
const STEP = 16

function within(width: number): number {
  return Math.min(MOST, Math.max(LEAST, Math.round(width)))
}

/** The context's width, kept on this device. */
export function useContextWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(() => {
    try {
      return within(Number(localStorage.getItem(SLOT) ?? USUAL) || USUAL)
    } catch {
      return USUAL
    }
  })
  return [
    width,
    (wished) => {
      const next = within(wished)
      setWidth(next)
      try {
        localStorage.setItem(SLOT, String(next))
      } catch {
        // Holds for this visit then.
      }
    },
  ]
}

/** Between conversation and context: dragged, or moved by the arrows. */
export function Separator({
  width,
  onResize,
}: {
  readonly width: number
  readonly onResize: (width: number) => void
}) {
  const { t } = useTranslation('desk')
  const [isDragged, setDragged] = useState(false)
  return (
    <div
      className={styles.separator}
      role="slider"
      aria-orientation="horizontal"
      aria-label={t('context.resize')}
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      data-dragged={isDragged}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragged(true)
      }}
      onPointerMove={({ clientX }) => {
        if (isDragged) onResize(document.documentElement.clientWidth - clientX)
      }}
      onPointerUp={() => {
        setDragged(false)
      }}
      onPointerCancel={() => {
        setDragged(false)
      }}
      onDoubleClick={() => {
        onResize(USUAL)
      }}
      onKeyDown={(event) => {
        const to =
          event.key === 'ArrowLeft'
            ? width + STEP
            : event.key === 'ArrowRight'
              ? width - STEP
              : event.key === 'Home'
                ? LEAST
                : event.key === 'End'
                  ? MOST
                  : undefined
        if (to === undefined) return
        event.preventDefault()
        onResize(to)
      }}
    />
  )
}
