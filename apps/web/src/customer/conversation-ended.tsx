import { Button } from '@mantine/core'
import { IconMessageCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Line } from '../shared/line'
import { Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import type { ConversationViewProps } from './conversation-view'
import { Feedback } from './feedback'
import { Panel } from './frame'
import { momentIn } from './say'
import styles from './conversation.module.css'

type Props = ConversationViewProps & { readonly who: string | undefined }

/** In the composer's place: what came of it. */
export function Ended({ contact, who, kase }: Props) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const { summary, state } = contact
  if (state === 'left') return <p className={styles.ended}>{t('ended.left')}</p>
  if (summary === undefined) {
    return (
      <div className={styles.ended} role="status">
        <p>{who === undefined ? t('ended.writing-nobody') : t('ended.writing', { name: who })}</p>
        <Shape width="70%" height={16} />
      </div>
    )
  }
  return (
    <section className={styles.ended} data-part="ended" aria-label={t('ended.summary')}>
      <h2>{summary.subject}</h2>
      <p className={styles.endedWords}>{summary.words}</p>
      {summary.promised.length > 0 && (
        <Line
          label={t('ended.promised')}
          moments={summary.promised.map(({ what, by }) => ({
            id: `${what} ${by}`,
            mark: 'promise' as const,
            label: what,
            detail: t('ended.by', { at: momentIn(format, by) }),
          }))}
        />
      )}
      {kase !== undefined && (
        <p>
          <Link to={`/cases/${kase.id}`}>{t('ended.case', { reference: kase.reference })}</Link>
        </p>
      )}
    </section>
  )
}

/** The one way to us, with everything that was said here. */
export function Again({ kase, onAgain, againBusy = false, againFailed }: ConversationViewProps) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  return (
    <>
      <Button
        fullWidth
        aria-disabled={againBusy}
        leftSection={<IconMessageCircle size={20} stroke={1.75} aria-hidden="true" />}
        onClick={onAgain}
      >
        {kase === undefined ? shared('contact-us') : t('case.contact', { reference: kase.reference })}
      </Button>
      {againFailed !== undefined && againFailed !== null && (
        <p className={styles.wrong} role="alert">
          {t('case.contact-failed')}
        </p>
      )}
    </>
  )
}

export function EndedSide(props: ConversationViewProps & { readonly narrow: boolean }) {
  const { contact, narrow, readOnly = false } = props
  const { t } = useTranslation('conversation')
  return (
    <>
      {props.feedback ?? (
        <Feedback
          about={{ kind: 'contact', id: contact.id }}
          journeyId={contact.journeyId}
          readOnly={readOnly}
        />
      )}
      {!narrow && !readOnly && (
        <Panel label={t('ended.again')}>
          <div className={styles.again}>
            <h2>{t('ended.again')}</h2>
            <p className={styles.quiet}>{t('ended.again-text')}</p>
            <Again {...props} />
          </div>
        </Panel>
      )}
    </>
  )
}
