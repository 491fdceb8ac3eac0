import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { StaffPanel } from '../desk/frame'
import { useFormat } from '../words/format'
import { useMay } from './api'
import { exportEvents, readEvents } from './export'
import { InsightFrame } from './frame'
import { Refusal } from './refusal'
import styles from './insight.module.css'

type Export =
  | { readonly state: 'idle' }
  | { readonly state: 'reading'; readonly through: number; readonly events: number }
  | { readonly state: 'ready'; readonly events: number; readonly bytes: number; readonly url: string }
  | { readonly state: 'failed'; readonly error: unknown }

const HOW = `curl -H "authorization: Bearer $TOKEN" \\
  "${location.origin}/api/v1/insight/events?after=0&limit=1000"`

/** Everything that happened, for those who reckon themselves (C61, C67). */
export default function Feed() {
  const { t } = useTranslation('insight')
  const may = useMay()
  return (
    <InsightFrame place="feed" title={t('feed.title')}>
      <StaffPanel title={t('feed.events')} hint={t('feed.hint')}>
        <div className={styles.prose}>
          <p>{t('feed.what')}</p>
          <p>{t('feed.pseudonyms')}</p>
          {may.exportEvents ? <ExportEvents /> : <p className={styles.second}>{t('feed.analysts-only')}</p>}
        </div>
      </StaffPanel>
      <StaffPanel title={t('feed.programs')} hint={t('feed.programs-hint')}>
        <div className={styles.prose}>
          <p>{t('feed.how')}</p>
          <pre className={styles.pre}>
            <code>{HOW}</code>
          </pre>
          <p>{t('feed.definitions')}</p>
        </div>
      </StaffPanel>
    </InsightFrame>
  )
}

function ExportEvents() {
  const { t } = useTranslation(['insight', 'shared'])
  const api = useApi()
  const format = useFormat()
  const [now, setNow] = useState<Export>({ state: 'idle' })
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  useEffect(() => {
    if (now.state !== 'ready') return undefined
    return () => {
      URL.revokeObjectURL(now.url)
    }
  }, [now])
  const begin = async (): Promise<void> => {
    const controller = new AbortController()
    running.current = controller
    setNow({ state: 'reading', through: 0, events: 0 })
    try {
      let read = 0
      const parts = await exportEvents(readEvents(api), controller.signal, (through, events) => {
        read = events
        setNow({ state: 'reading', through, events })
      })
      const blob = new Blob([...parts], { type: 'application/x-ndjson' })
      setNow({ state: 'ready', events: read, bytes: blob.size, url: URL.createObjectURL(blob) })
    } catch (error) {
      if (!controller.signal.aborted) setNow({ state: 'failed', error })
    }
  }
  return (
    <div className={styles.buttons} aria-live="polite">
      {now.state === 'ready' ? (
        <Button
          component="a"
          href={now.url}
          download="throughline-events.ndjson"
          leftSection={<IconDownload size={18} stroke={1.75} aria-hidden="true" />}
        >
          {t('feed.save', { size: format.number(now.bytes / 1_000) })}
        </Button>
      ) : (
        <Button disabled={now.state === 'reading'} onClick={() => void begin()}>
          {now.state === 'reading' ? t('feed.reading') : t('feed.export')}
        </Button>
      )}
      {now.state === 'reading' && (
        <>
          <span className={styles.second}>
            {t('feed.so-far', { count: now.events, n: format.number(now.events) })}
          </span>
          <Button
            variant="default"
            onClick={() => {
              running.current?.abort()
              setNow({ state: 'idle' })
            }}
          >
            {t('shared:cancel')}
          </Button>
        </>
      )}
      {now.state === 'ready' && (
        <span className={styles.second}>
          {t('feed.so-far', { count: now.events, n: format.number(now.events) })}
        </span>
      )}
      {now.state === 'failed' && <Refusal error={now.error} />}
    </div>
  )
}
