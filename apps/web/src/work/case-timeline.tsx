import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { CaseStep } from '../api/case'
import { ChannelIcon } from '../shared/icons'
import { channelWord } from '../shared/journey-line'
import { useFormat } from '../words/format'
import { saidAt } from './when'
import styles from './work.module.css'

/** Everything that happened to a case, oldest first, as a thread. */
export function CaseTimeline({
  steps,
  customer,
  me,
  name,
}: {
  readonly steps: readonly CaseStep[]
  readonly customer: string
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
}) {
  const { t } = useTranslation('work')
  const format = useFormat()
  return (
    <ol className={styles.thread} aria-label={t('thread')}>
      {steps.map((step, index) => (
        // Steps are only ever added.
        <li key={String(index)} className={styles.step} data-what={kindOf(step)}>
          <time dateTime={step.at}>{format.brief(step.at)}</time>
          <div>
            <Step step={step} customer={customer} me={me} name={name} />
          </div>
        </li>
      ))}
    </ol>
  )
}

function kindOf(step: CaseStep): string {
  if (step.what !== 'progress') return step.what
  return step.visible ? 'news' : 'note'
}

function Step({
  step,
  customer,
  me,
  name,
}: {
  readonly step: CaseStep
  readonly customer: string
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
}) {
  const { t } = useTranslation('work')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const who = (id: string | undefined): string => (id === me ? t('you') : (name(id) ?? t('team')))
  switch (step.what) {
    case 'contact': {
      const channel = channelWord(step.channel ?? 'message', shared)
      return (
        <>
          <p className={styles.author}>
            <ChannelIcon channel={step.channel ?? 'message'} size={16} />{' '}
            {step.agentId === undefined
              ? channel
              : step.agentId === me
                ? t('step.contact-you', { channel })
                : t('step.contact', { channel, name: who(step.agentId) })}
          </p>
          <p>{step.words}</p>
          <p className={styles.hint}>
            <Link to={`/desk/contacts/${step.contactId}`}>{t('step.read')}</Link>
            {(step.causes ?? []).map(({ code, words }) => ` · ${t('step.cause', { words: words || code })}`)}
          </p>
        </>
      )
    }
    case 'progress':
      return (
        <>
          <p className={styles.author}>
            {step.visible
              ? t('step.news', { who: who(step.staffId), name: customer })
              : t('step.note', { who: who(step.staffId) })}
          </p>
          <p>{step.note}</p>
        </>
      )
    case 'assigned':
      return <p>{t('step.assigned', { name: who(step.staffId) })}</p>
    case 'promise-kept':
      return (
        <p>
          {step.by === undefined
            ? t('step.kept', { what: step.promise })
            : t('step.kept-by', { what: step.promise, by: saidAt(step.by, format) })}
        </p>
      )
    case 'promise-missed':
      return <p>{t('step.missed', { what: step.promise, by: saidAt(step.by, format) })}</p>
    case 'resolved':
      return (
        <>
          <p className={styles.author}>
            {t('step.resolved', {
              who: step.staffId === undefined ? customer : who(step.staffId),
              how: isHow(step.how) ? t(`how.${step.how}`) : step.how,
            })}
          </p>
          <p>{step.words}</p>
        </>
      )
    case 'reopened':
      return (
        <>
          <p className={styles.author}>{t('step.reopened')}</p>
          {step.why !== undefined && <p>{step.why}</p>}
        </>
      )
  }
}

export const HOW = ['solved', 'compensated', 'explained', 'withdrawn', 'not-possible'] as const

function isHow(how: string): how is (typeof HOW)[number] {
  return HOW.some((each) => each === how)
}
