import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { StaffPanel } from '../desk/frame'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import type { Trouble } from './api'
import { channelKey } from './channel-key'
import styles from './board.module.css'
import type { BoardNames } from './board-view'

const FEELINGS = ['upset', 'frustrated', 'unsure', 'at-ease', 'cared-for'] as const
const OUTCOMES = ['not-at-all', 'a-little', 'partly', 'mostly', 'fully'] as const

/** Journeys going wrong, before anyone complains; each can be replayed. */
export function Troubles({
  troubles,
  error,
  names,
  now,
  onRetry,
}: {
  readonly troubles: { readonly total: number; readonly items: readonly Trouble[] } | undefined
  readonly error: unknown
  readonly names: BoardNames
  readonly now: number
  readonly onRetry?: () => void
}) {
  const { t } = useTranslation(['board', 'shared'])
  const format = useFormat()
  const words = useWords(now)
  return (
    <StaffPanel
      title={t('troubles.title')}
      {...(troubles !== undefined &&
        troubles.total > 0 && { hint: t('troubles.hint', { count: troubles.total }) })}
    >
      {troubles === undefined ? (
        error === undefined ? (
          <div className={styles.pad}>
            <Shape width="100%" height={96} />
          </div>
        ) : (
          <PartFailed error={error} title={t('troubles.failed')} {...(onRetry && { onRetry })} />
        )
      ) : troubles.items.length === 0 ? (
        <p className={styles.nothing}>{t('troubles.none')}</p>
      ) : (
        <>
          <ul className={styles.troubles}>
            {troubles.items.map((trouble) => {
              const { journeyId, customerId, item, reason, staffId, also } = trouble
              const who = names.customer(customerId) ?? t('guest', { ns: 'shared' })
              const about = [item, reason].filter((each) => each !== undefined)
              const others = also
                .map((each) => words.what(each))
                .filter((each) => each !== words.what(trouble))
              return (
                <li key={journeyId}>
                  <strong>{who}</strong>
                  <span>
                    {about.join(', ')}
                    <span className={styles.second}>
                      {[words.what(trouble), ...new Set(others)].filter((each) => each !== '').join('. ')}
                    </span>
                  </span>
                  <span data-late={trouble.why.endsWith('late')}>{words.why(trouble)}</span>
                  <span className={styles.quiet}>
                    {staffId === undefined ? t('troubles.nobody') : (names.staff(staffId) ?? '')}
                  </span>
                  <Link to={`/desk/replay/${journeyId}`} aria-label={t('replay-of', { who })}>
                    {t('replay')}
                  </Link>
                </li>
              )
            })}
          </ul>
          {troubles.total > troubles.items.length && (
            <p className={styles.nothing}>
              {t('troubles.more', {
                count: troubles.total - troubles.items.length,
                shown: format.number(troubles.items.length),
              })}
            </p>
          )}
        </>
      )}
    </StaffPanel>
  )
}

type Told = Pick<Trouble, 'why' | 'since' | 'words' | 'contacts' | 'channel'>

function useWords(now: number): {
  readonly what: (told: Told) => string
  readonly why: (told: Told) => string
} {
  const { t } = useTranslation(['board', 'shared'])
  const format = useFormat()
  const felt = (codes: string): string =>
    format.list(
      codes.split(', ').map((code) => {
        const feeling = FEELINGS.find((each) => each === code)
        if (feeling !== undefined) return t(`feeling.${feeling}`, { ns: 'shared' })
        const outcome = OUTCOMES.find((each) => each === code)
        return outcome === undefined ? code : t(`satisfied.${outcome}`, { ns: 'shared' })
      }),
    )
  return {
    what: ({ why, words = '', contacts = 0, channel = '' }) => {
      switch (why) {
        case 'promise-late':
        case 'follow-up-late':
          return words
        case 'wait-late':
          return t('troubles.waits-for', { channel: t(`queue.${channelKey(channel)}`) })
        case 'asked-repeatedly':
          return t('troubles.asked', { count: contacts })
        case 'left-with-quote':
          return t('troubles.left')
        case 'unhappy':
          return t('troubles.felt', { words: felt(words) })
        default:
          return words
      }
    },
    why: ({ why, since }) => {
      const late = format.duration(Math.max(0, now - Date.parse(since)))
      switch (why) {
        case 'promise-late':
          return t('troubles.promise-late', { late })
        case 'wait-late':
          return t('troubles.wait-late', { late })
        case 'follow-up-late':
          return t('troubles.follow-up-late', { late })
        default:
          return t('troubles.since', { when: format.moment(since) })
      }
    },
  }
}
