import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi, useSession } from '../api/context'
import { Count, PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { askedQuery, journeysBehind, versionsQuery } from './api'
import type { Asked } from './api'
import styles from './asked.module.css'

/** Why people still asked after reading: causes the team noted, and what they said themselves. */
export function WhyAsked({
  articleId,
  version,
}: {
  readonly articleId: string
  readonly version: number | undefined
}) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  // Of an article that nobody has read there is nothing to ask.
  const versions = useQuery(versionsQuery(api, articleId))
  const readings = versions.data?.items.find((each) => each.version === version)?.readings
  const asked = useQuery(askedQuery(api, articleId, (readings ?? 0) === 0 ? undefined : version))
  return (
    <section className={styles.asked} aria-label={t('asked.title')}>
      <h3>{t('asked.title')}</h3>
      {readings === 0 ? (
        <p className={styles.hint}>{t('asked.never')}</p>
      ) : asked.data === undefined || version === undefined ? (
        asked.isError || versions.isError ? (
          <PartFailed
            error={asked.error ?? versions.error}
            title={t('asked.failed')}
            onRetry={() => {
              void versions.refetch()
              void asked.refetch()
            }}
          />
        ) : (
          <div className={styles.shapes}>
            <Shape width="80%" height={16} />
            <Shape width="100%" height={30} />
            <Shape width="100%" height={30} />
          </div>
        )
      ) : asked.data === null ? (
        <p className={styles.hint}>{t('asked.never')}</p>
      ) : (
        <WhyAskedView asked={asked.data} articleId={articleId} version={version} />
      )}
    </section>
  )
}

function WhyAskedView({
  asked: { contacts, causes, words },
  articleId,
  version,
}: {
  readonly asked: Asked
  readonly articleId: string
  readonly version: number
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const count = contacts?.n
  const most = Math.max(1, ...causes.map((cause) => cause.contacts ?? 0))
  if (causes.length === 0 && words.length === 0) {
    return <p className={styles.hint}>{t('asked.nobody', { version })}</p>
  }
  return (
    <>
      <p className={styles.hint}>
        {count === undefined ? (
          t('asked.hidden', { version })
        ) : (
          <Count to={journeysBehind('article-contact-after-reading', articleId, version, 1)}>
            {t('asked.count', { count, version })}
          </Count>
        )}
      </p>
      <ul className={styles.causes}>
        {causes.map(({ code, words: said, contacts: many }, place) => (
          <li key={code} data-first={place === 0}>
            <span>{code === 'none' ? t('asked.no-cause') : (said ?? code)}</span>
            <span className={many === null ? styles.hint : undefined}>
              {many === null ? t('asked.too-few') : format.number(many)}
            </span>
            <span className={styles.track} aria-hidden="true">
              {many !== null && <span style={{ inlineSize: `${String((many / most) * 100)}%` }} />}
            </span>
          </li>
        ))}
      </ul>
      <h4>{t('asked.words')}</h4>
      {words.length === 0 ? (
        <p className={styles.hint}>{t('asked.no-words')}</p>
      ) : (
        <ul className={styles.words}>
          {words.map(({ text, from, at, journeyId, feeling }) => (
            <Said
              key={`${journeyId} ${at} ${text}`}
              text={text}
              from={from}
              at={at}
              journeyId={journeyId}
              feeling={feeling}
            />
          ))}
        </ul>
      )}
    </>
  )
}

const FROM = [
  'chat',
  'phone',
  'callback',
  'message',
  'email',
  'webform',
  'store',
  'social',
  'post',
  'feedback',
  'article',
] as const

/** Something a customer said, with the way to her journey for those who may go it. */
export function Said({
  text,
  from,
  at,
  journeyId,
  feeling,
}: {
  readonly text: string
  readonly from: string
  readonly at: string
  readonly journeyId: string
  readonly feeling?: string | undefined
}) {
  const { t } = useTranslation('knowledge')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const session = useSession()
  const may =
    session.status === 'in' &&
    session.person.roles.some((role) => role === 'supervisor' || role === 'analyst')
  const source = t(`asked.from.${FROM.find((each) => each === from) ?? 'other'}`)
  const felt =
    feeling === undefined
      ? source
      : t('asked.felt', {
          from: source,
          feeling: shared(`feeling.${feeling}` as 'feeling.upset').toLocaleLowerCase(),
        })
  return (
    <li>
      <p>{t('asked.quote', { text })}</p>
      <span className={styles.source}>
        {felt}, {format.brief(at)}
      </span>
      {may && (
        <Link to={`/desk/replay/${journeyId}`} aria-label={t('asked.replay-of', { text: text.slice(0, 80) })}>
          {t('asked.replay')}
        </Link>
      )}
    </li>
  )
}
