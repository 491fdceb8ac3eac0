import { useQueries } from '@tanstack/react-query'
import { Trans, useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi } from '../api/context'
import { useNames } from '../api/names'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import type { Preview } from './api'
import type { PolicyNames } from './names'
import styles from './policy.module.css'
import type { Place } from './editing'

type Examples = Preview['examples']

/** Whom the draft would have affected; dimmed while newer figures are on their way. */
export function Affected({
  preview,
  isOld,
  error,
  blocked,
  place,
  names,
  onRetry,
}: {
  readonly preview: Preview | undefined
  readonly isOld: boolean
  readonly error: unknown
  /** How much stands against the draft; then nothing can be compared. */
  readonly blocked: number
  readonly place: Place
  readonly names: PolicyNames
  readonly onRetry: () => void
}) {
  const { t } = useTranslation('policy')
  const format = useFormat()
  return (
    <section aria-labelledby="policy-affected" className={styles.affected} aria-busy={isOld}>
      <h2 id="policy-affected">{t('affected.title')}</h2>
      <p className={styles.quiet}>{t('affected.hint', { count: preview?.days ?? 28 })}</p>
      {blocked > 0 ? (
        <p className={styles.blocked}>{t('affected.blocked', { count: blocked })}</p>
      ) : error !== null && error !== undefined ? (
        <PartFailed error={error} title={t('affected.failed')} onRetry={onRetry} />
      ) : null}
      {preview === undefined ? (
        blocked === 0 &&
        (error === null || error === undefined) && (
          <div className={styles.shapes}>
            <Shape width="90%" height={25} />
            <Shape width="60%" height={25} />
            <Shape width="100%" height={96} />
          </div>
        )
      ) : (
        <div className={styles.figures} data-old={isOld || blocked > 0}>
          <p className={styles.affectedStatement}>
            <Trans
              t={t}
              i18nKey={preview.changed === 0 ? 'affected.none' : 'affected.some'}
              values={{ changed: format.number(preview.changed), of: format.number(preview.decisions) }}
              components={{ strong: <strong /> }}
            />
          </p>
          <Bars preview={preview} names={names} />
          <RuleCount preview={preview} place={place} />
          {preview.shortfalls.draft + preview.shortfalls.live > 0 && (
            <dl className={styles.facts}>
              <dt>{t('affected.shortfalls')}</dt>
              <dd data-worse={preview.shortfalls.draft > preview.shortfalls.live}>
                {t('affected.from-to', { live: preview.shortfalls.live, draft: preview.shortfalls.draft })}
              </dd>
            </dl>
          )}
          {preview.problems.map(({ field, problem }) => (
            <p key={field} className={styles.caution} lang="en">
              {problem}
            </p>
          ))}
          {preview.examples.length > 0 && (
            <ExampleList examples={preview.examples} changed={preview.changed} names={names} />
          )}
        </div>
      )}
    </section>
  )
}

function Bars({ preview, names }: { readonly preview: Preview; readonly names: PolicyNames }) {
  const { t } = useTranslation('policy')
  const format = useFormat()
  const most = Math.max(1, ...preview.channels.flatMap(({ live, draft }) => [live, draft]))
  return (
    <table className={styles.bars}>
      <caption>
        <span>{t('affected.offered')}</span>
        <span className={styles.legend} aria-hidden="true">
          <span data-side="live">{t('affected.live')}</span>
          <span data-side="draft">{t('affected.draft')}</span>
        </span>
      </caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('affected.channel')}</th>
          <th scope="col">{t('affected.live-draft')}</th>
          <th scope="col">{t('affected.difference')}</th>
        </tr>
      </thead>
      <tbody>
        {preview.channels.map(({ channel, live, draft }) => (
          <tr key={channel}>
            <th scope="row">{names.channel(channel)}</th>
            <td>
              <span className="visually-hidden">{t('affected.from-to', { live, draft })}</span>
              <svg className={styles.bar} viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
                <rect className={styles.barTrack} width="100" height="14" rx="0" />
                <rect className={styles.barLive} y="1" width={(live / most) * 100} height="5" />
                <rect className={styles.barDraft} y="7" width={(draft / most) * 100} height="6" />
              </svg>
            </td>
            <td>
              {draft === live ? '0' : `${draft > live ? '+' : '−'}${format.number(Math.abs(draft - live))}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How often the rule in view decided, then and with the draft. */
function RuleCount({ preview, place }: { readonly preview: Preview; readonly place: Place }) {
  const { t } = useTranslation('policy')
  if (place.part !== 'rule') return null
  const counted = preview.rules.find(({ axis, id }) => axis === place.axis && id === place.id)
  if (counted === undefined) return null
  return (
    <dl className={styles.facts}>
      <dt>{t('affected.this-rule')}</dt>
      <dd>{t('affected.from-to', { live: counted.live, draft: counted.draft })}</dd>
    </dl>
  )
}

function ExampleList({
  examples,
  changed,
  names,
}: {
  readonly examples: Examples
  readonly changed: number
  readonly names: PolicyNames
}) {
  const { t } = useTranslation('policy')
  const api = useApi()
  const format = useFormat()
  const journeys = useQueries({
    queries: examples.map(({ journeyId }) => ({
      queryKey: ['journey-owner', journeyId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        api.get<{ readonly person?: { readonly id: string; readonly name?: string } }>(
          `/journey/journeys/${journeyId}`,
          {
            signal,
          },
        ),
      staleTime: 300_000,
      retry: false,
    })),
  })
  const owners = journeys.map(({ data }) => data?.person)
  const nameOf = useNames(owners.map((person) => (person?.name === undefined ? person?.id : undefined)))
  const channels = (list: readonly string[]): string =>
    list.length === 0 ? t('affected.nothing') : list.map(names.channel).join(', ')
  return (
    <>
      <h3>{t('affected.examples', { count: examples.length, of: format.number(changed) })}</h3>
      <ul className={styles.examples}>
        {examples.map(({ decisionId, journeyId, at, before, after }, n) => {
          const who = owners[n]?.name ?? nameOf(owners[n]?.id) ?? t('affected.guest')
          return (
            <li key={decisionId}>
              <div>
                <strong>{t('affected.who', { who, day: format.brief(at) })}</strong>
                <p>{t('affected.instead', { before: channels(before), after: channels(after) })}</p>
              </div>
              <Link to={`/desk/replay/${journeyId}`} aria-label={t('affected.replay-of', { who })}>
                {t('affected.replay')}
              </Link>
            </li>
          )
        })}
      </ul>
    </>
  )
}
