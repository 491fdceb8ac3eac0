import { useTranslation } from 'react-i18next'
import { NoAnswer, Problem } from '../api/problem'
import styles from './insight.module.css'

/** Why a command was not taken, where it was given; nothing where there was no refusal. */
export function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation(['insight', 'shared'])
  if (error === null || error === undefined) return null
  return (
    <p className={styles.refusal} role="alert">
      {error instanceof NoAnswer
        ? t('shared:problem.offline')
        : error instanceof Problem
          ? [error.message, error.todo].filter(Boolean).join(' ')
          : t('shared:problem.title')}{' '}
      {error instanceof Problem && (
        <span className={styles.code}>{t('shared:code', { code: error.code })}</span>
      )}
    </p>
  )
}
