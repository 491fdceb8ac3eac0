import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { useNames } from '../api/names'
import { PartFailed, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { readVersion, useVersions } from './api'
import type { PolicyVersion } from './api'
import styles from './policy.module.css'

/** Every version, newest first, with why, by whom and when. An earlier one comes back as a new one. */
export function Versions({
  name,
  live,
  onTakeBack,
}: {
  readonly name: string
  readonly live: number
  readonly onTakeBack: (version: PolicyVersion) => void
}) {
  const { t } = useTranslation('policy')
  const api = useApi()
  const format = useFormat()
  const versions = useVersions(name)
  const items = versions.data?.items ?? []
  const nameOf = useNames(items.map(({ by }) => staffOf(by)))
  const [failed, setFailed] = useState<unknown>()
  const takeBack = async (version: number): Promise<void> => {
    try {
      onTakeBack(await readVersion(api, name, version))
      setFailed(undefined)
    } catch (error) {
      setFailed(error)
    }
  }
  return (
    <section aria-labelledby="policy-versions">
      <div className={styles.partHead}>
        <h2 id="policy-versions" tabIndex={-1} data-part="">
          {t('versions.title')}
        </h2>
      </div>
      <p className={styles.quiet}>{t('versions.hint')}</p>
      {failed !== undefined && <PartFailed error={failed} />}
      {versions.isPending && <Shape width="100%" height={120} />}
      {versions.isError && items.length === 0 && (
        <PartFailed error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      <ol className={styles.versions}>
        {items.map(({ version, publishedAt, by, why }) => (
          <li key={version}>
            <div>
              <strong>{t('versions.version', { version })}</strong>{' '}
              {version === live && (
                <Tag density="desk" tone="ok">
                  {t('versions.live')}
                </Tag>
              )}
              <p>{why ?? t('versions.no-why')}</p>
              <p className={styles.quiet}>
                {t('versions.by', {
                  who: nameOf(staffOf(by)) ?? t('versions.somebody'),
                  when: format.momentIn(publishedAt),
                })}
              </p>
            </div>
            {version !== live && (
              <Button
                variant="default"
                aria-label={t('versions.back-to', { version })}
                onClick={() => void takeBack(version)}
              >
                {t('versions.take-back')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** `staff:<id>` as it stands in events. */
export function staffOf(actor: string): string | undefined {
  return actor.startsWith('staff:') ? actor.slice('staff:'.length) : undefined
}
