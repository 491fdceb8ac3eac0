import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAnnounce } from '../shared/announce'
import styles from './policy.module.css'

/** Puts a list in order: by drag, by ⌥ ↑ ↓ on a row, and by buttons. */
export function useSorting(
  names: readonly string[],
  onMove: (from: number, to: number) => void,
): {
  readonly move: (from: number, to: number) => void
  readonly row: (place: number) => React.HTMLAttributes<HTMLElement> & { readonly 'data-over': boolean }
  readonly keys: (place: number) => (event: React.KeyboardEvent) => void
} {
  const { t } = useTranslation('policy')
  const announce = useAnnounce()
  const [dragged, setDragged] = useState<number>()
  const [over, setOver] = useState<number>()
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= names.length || from === to) return
    onMove(from, to)
    announce(t('sort.moved', { name: names[from] ?? '', place: to + 1, of: names.length }))
  }
  return {
    move,
    row: (place) => ({
      draggable: true,
      'data-over': over === place && dragged !== undefined && dragged !== place,
      onDragStart: (event) => {
        event.dataTransfer.effectAllowed = 'move'
        event.dataTransfer.setData('text/plain', names[place] ?? '')
        setDragged(place)
      },
      onDragOver: (event) => {
        if (dragged === undefined) return
        event.preventDefault()
        setOver(place)
      },
      onDrop: (event) => {
        event.preventDefault()
        if (dragged !== undefined) move(dragged, place)
        setDragged(undefined)
        setOver(undefined)
      },
      onDragEnd: () => {
        setDragged(undefined)
        setOver(undefined)
      },
    }),
    keys: (place) => (event) => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
      event.preventDefault()
      move(place, event.key === 'ArrowUp' ? place - 1 : place + 1)
    },
  }
}

export function Grip() {
  return <IconGripVertical className={styles.grip} size={16} stroke={1.75} aria-hidden="true" />
}

/** The same by two buttons. */
export function UpDown({
  name,
  place,
  of,
  onMove,
}: {
  readonly name: string
  readonly place: number
  readonly of: number
  readonly onMove: (from: number, to: number) => void
}) {
  const { t } = useTranslation('policy')
  return (
    <span className={styles.upDown}>
      <button
        type="button"
        aria-label={t('sort.up', { name })}
        disabled={place === 0}
        onClick={() => {
          onMove(place, place - 1)
        }}
      >
        <IconArrowUp size={16} stroke={1.75} aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={t('sort.down', { name })}
        disabled={place === of - 1}
        onClick={() => {
          onMove(place, place + 1)
        }}
      >
        <IconArrowDown size={16} stroke={1.75} aria-hidden="true" />
      </button>
    </span>
  )
}
