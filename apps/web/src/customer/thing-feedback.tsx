import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Item } from '../api/my-stuff'
import { Boundary, Shape } from '../shared/parts'
import styles from './thing.module.css'

const Feedback = lazy(() => import('./feedback').then((module) => ({ default: module.Feedback })))

/** How it was for her with this thing (C27): one press away, and not in the way of help. */
export function HowWasIt({
  item,
  journeyId,
}: {
  readonly item: Item
  readonly journeyId: string | undefined
}) {
  const { t } = useTranslation('customer')
  const [open, setOpen] = useState(false)
  if (!open) {
    return (
      <button
        type="button"
        className={styles.more}
        data-apart="true"
        onClick={() => {
          setOpen(true)
        }}
      >
        {t('how-was-it')}
      </button>
    )
  }
  return (
    <section className={styles.feedback} aria-label={t('how-was-it')}>
      <Boundary>
        <Suspense fallback={<Shape width="100%" height={260} />}>
          <Feedback about={{ kind: kindOf(item), id: item.id }} journeyId={journeyId} />
        </Suspense>
      </Boundary>
    </section>
  )
}

function kindOf({ kind }: Item): 'item' | 'visit' | 'something-unclear' {
  if (kind === 'booking') return 'visit'
  return kind === 'marketing' || kind === 'correspondence' ? 'something-unclear' : 'item'
}
