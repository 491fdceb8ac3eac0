import { useEffect, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useAnnounce } from '../shared/announce'
import { PartFailed } from '../shared/parts'
import type { NeedHelpSearch } from './need-help'
import type { Section } from './my-stuff-groups'
import { RowShapes } from './my-stuff-rows'
import { ArticleRow } from './thing-article'
import styles from './need-help.module.css'

/** Before there are results, and where there are none: said in words. */
export function SearchStates({
  search,
  found,
}: {
  readonly search: NeedHelpSearch
  readonly found: readonly Section[] | undefined
}) {
  const { t } = useTranslation('customer')
  const announce = useAnnounce()
  const { words, stuffError, onRetry, guides } = search
  const things = found?.reduce((sum, { count }) => sum + count, 0)
  const total = things === undefined || guides === undefined ? undefined : things + guides.length
  useEffect(() => {
    if (total === undefined) return undefined
    // Only what the words come to rest at is said.
    const timer = setTimeout(() => {
      announce(t('search.found', { count: total, words }))
    }, 800)
    return () => {
      clearTimeout(timer)
    }
  }, [announce, t, total, words])
  if (stuffError !== undefined && found === undefined) {
    return (
      <div className={styles.failed}>
        <PartFailed error={stuffError} title={t('search.failed')} onRetry={onRetry} />
      </div>
    )
  }
  if (found === undefined) {
    return (
      <div className={styles.section}>
        <h2 aria-hidden="true"> </h2>
        <RowShapes count={2} />
      </div>
    )
  }
  if (total !== 0) return null
  return (
    <div className={styles.empty}>
      <h2>{t('search.nothing', { words })}</h2>
      <p>{t('search.nothing-text')}</p>
    </div>
  )
}

/** Guides by their words; read here, without going anywhere. */
export function GuidesFound({ search }: { readonly search: NeedHelpSearch }) {
  const { t } = useTranslation('customer')
  const id = useId()
  const { guides, guidesError, onRetryGuides, journey } = search
  if (guidesError !== undefined && guides === undefined) {
    return (
      <div className={styles.failed}>
        <PartFailed error={guidesError} title={t('search.guides-failed')} onRetry={onRetryGuides} />
      </div>
    )
  }
  if (guides === undefined || guides.length === 0) return null
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h2 id={id}>{t('search.guides')}</h2>
      <ul className={styles.guides}>
        {guides.map((article) => (
          <li key={article.id}>
            <ArticleRow article={article} excerpt={article.excerpt} journey={journey} />
          </li>
        ))}
      </ul>
    </section>
  )
}
