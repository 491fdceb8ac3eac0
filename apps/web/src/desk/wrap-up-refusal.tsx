import { useTranslation } from 'react-i18next'
import { NoAnswer, Problem } from '../api/problem'
import styles from './wrap-up.module.css'

/** Says where the action was that it did not happen, why, and that nothing is lost. */
export function Refusal({ error, title }: { readonly error: unknown; readonly title: string }) {
  const { t } = useTranslation('wrapup')
  const { t: shared } = useTranslation('shared')
  if (error === undefined) return null
  const code =
    error instanceof Problem ? error.code : error instanceof NoAnswer ? 'connection.none' : 'page.failed'
  return (
    <div role="alert" className={styles.refusal}>
      <p>
        <strong>{title}</strong> {t(error instanceof NoAnswer ? 'refused.offline' : 'refused.kept')}
      </p>
      <p className={styles.code}>{shared('code', { code })}</p>
    </div>
  )
}
