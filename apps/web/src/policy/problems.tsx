import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PolicyProblem } from './api'
import styles from './policy.module.css'

/** What stands against publishing, at the place it is about. */
export function Problems({ problems }: { readonly problems: readonly PolicyProblem[] }) {
  const { t } = useTranslation('policy')
  if (problems.length === 0) return null
  return (
    <div
      className={styles.problem}
      role="group"
      aria-label={t('problem.label')}
      tabIndex={-1}
      data-problem=""
    >
      <IconAlertTriangle size={18} stroke={1.75} aria-hidden="true" />
      <div>
        <strong>{t('problem.cannot')}</strong>
        {problems.map(({ field, problem }) => (
          <p key={`${field} ${problem}`} lang="en">
            {problem}
          </p>
        ))}
      </div>
    </div>
  )
}
