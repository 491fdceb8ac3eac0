import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useNames } from '../api/names'
import { useFormat } from '../words/format'
import type { Version } from './api'
import styles from './knowledge.module.css'

/** Somebody published a version while this one was written: nothing is lost, and nothing of theirs is undone unseen. */
export function Overtaken({
  version,
  by,
  onCompare,
}: {
  readonly version: number
  readonly by: Version | undefined
  readonly onCompare: () => void
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const staffId = /^staff:(.+)$/.exec(by?.by ?? '')?.[1]
  const name = useNames([staffId])(staffId)
  return (
    <div className={styles.warned} role="alert">
      <h3>{t('editor.overtaken', { version })}</h3>
      <p>
        {name === undefined || by === undefined
          ? t('editor.overtaken-unknown')
          : t('editor.overtaken-why', { name, at: format.momentIn(by.at) })}
      </p>
      <div className={styles.buttons}>
        <Button variant="default" onClick={onCompare}>
          {t('editor.compare', { version })}
        </Button>
      </div>
    </div>
  )
}
