import { useTranslation } from 'react-i18next'
import { Interval, IntervalEnds, useIntervalWords } from '../shared/interval'
import { endsOf } from '../shared/interval-scale'
import type { Ends, Estimated } from '../shared/interval-scale'
import { Count, PartFailed, Tag } from '../shared/parts'
import type { Tone } from '../shared/parts'
import { useFormat } from '../words/format'
import { journeysBehind } from './api'
import type { Figure, Verdict, VerdictWord, Version, VersionFigures } from './api'
import styles from './versions.module.css'

const VERDICTS = {
  'Likely worse': { key: 'worse', tone: 'warn' },
  'Likely better': { key: 'better', tone: 'ok' },
  'Too few to tell': { key: 'too-few', tone: 'plain' },
  'No difference seen': { key: 'none', tone: 'plain' },
} as const satisfies Readonly<Record<VerdictWord, { readonly key: string; readonly tone: Tone }>>

/** Each version with its readers: how many, how many it helped, how many still asked, and what that tells (C17). */
export function VersionsTable({
  articleId,
  live,
  versions,
  figures,
  asWas,
  error,
  onRetry,
}: {
  readonly articleId: string
  /** The version in force; undefined once it is retired. */
  readonly live: number | undefined
  /** Newest first. */
  readonly versions: readonly Version[]
  /** Undefined until they are there. */
  readonly figures: readonly VersionFigures[] | undefined
  readonly asWas: string | undefined
  readonly error: unknown
  readonly onRetry: () => void
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const of = (version: number): VersionFigures | undefined =>
    figures?.find((each) => each.version === version)
  const helpedEnds = endsOf((figures ?? []).flatMap(({ helped }) => estimateOf(helped)))
  const askedEnds = endsOf((figures ?? []).flatMap(({ figure }) => estimateOf(figure)))
  return (
    <section className={styles.panel} aria-label={t('versions.label')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('versions.version')}</th>
            <th scope="col" className={styles.number}>
              {t('versions.read')}
            </th>
            <th scope="col" className={styles.scale}>
              {t('versions.helped')}
              <Scale ends={helpedEnds} />
            </th>
            <th scope="col" className={styles.scale}>
              {t('versions.asked')}
              <Scale ends={askedEnds} />
            </th>
            <th scope="col">
              <span className="visually-hidden">{t('versions.verdict')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, at, readings }, place) => {
            const later = versions[place - 1]
            const own = of(version)
            return (
              <tr key={version} data-live={version === live}>
                <th scope="row">
                  <span className={styles.version}>{version}</span>
                  <span className={styles.when}>
                    {version === live
                      ? t('versions.live-since', { day: format.brief(at) })
                      : later === undefined
                        ? format.brief(at)
                        : t('versions.span', { from: format.brief(at), until: format.brief(later.at) })}
                  </span>
                </th>
                <td className={styles.number} data-label={t('versions.read')}>
                  {typeof own?.reads !== 'number' ? (
                    format.number(readings)
                  ) : (
                    <Count to={journeysBehind('article-contact-after-reading', articleId, version)}>
                      {format.number(own.reads)}
                    </Count>
                  )}
                </td>
                <td data-label={t('versions.helped')}>
                  <Measured
                    figure={own?.helped ?? null}
                    ends={helpedEnds}
                    live={version === live}
                    to={journeysBehind('article-helped', articleId, version, 1)}
                  />
                </td>
                <td data-label={t('versions.asked')}>
                  <Measured
                    figure={own?.figure ?? null}
                    ends={askedEnds}
                    live={version === live}
                    to={journeysBehind('article-contact-after-reading', articleId, version, 1)}
                  />
                </td>
                <td>{own !== undefined && <Verdicts figures={own} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {error !== null && error !== undefined && (
        <PartFailed error={error} title={t('versions.failed')} onRetry={onRetry} />
      )}
      {asWas !== undefined && (
        <p className={styles.note}>{t('versions.measured', { time: format.time(asWas) })}</p>
      )}
    </section>
  )
}

function Scale({ ends }: { readonly ends: Ends }) {
  const { t } = useTranslation('knowledge')
  return (
    <span className={styles.measured}>
      <IntervalEnds ends={ends} />
      <span className={styles.unit}>{t('versions.of-100')}</span>
    </span>
  )
}

function Measured({
  figure,
  ends,
  live,
  to,
}: {
  readonly figure: Figure | null
  readonly ends: Ends
  readonly live: boolean
  /** The journeys behind it. */
  readonly to: string
}) {
  const { t } = useTranslation('knowledge')
  const say = useIntervalWords()
  const format = useFormat()
  const [estimate] = estimateOf(figure)
  if (estimate !== undefined) {
    const { point, span } = say(estimate)
    return (
      <span className={styles.measured}>
        <Interval estimate={estimate} ends={ends} tone={live ? 'accent' : 'plain'} />
        <span className={styles.value}>
          <Count to={to}>{point}</Count>
          <span className={styles.span}>{span}</span>
        </span>
      </span>
    )
  }
  if (figure === null) return <span className={styles.few}>{t('versions.nobody')}</span>
  if (figure.shown === 'hidden' || figure.n === undefined || figure.k === undefined) {
    return <span className={styles.few}>{t('versions.hidden')}</span>
  }
  const words = t('versions.k-of-n', { k: format.number(figure.k), n: format.number(figure.n) })
  return (
    <span className={styles.few}>
      {figure.k === 0 ? words : <Count to={to}>{words}</Count>}
      <span className={styles.span}>{t('verdict.too-few')}</span>
    </span>
  )
}

function Verdicts({ figures: { verdict, helpedVerdict } }: { readonly figures: VersionFigures }) {
  const { t } = useTranslation('knowledge')
  const told = helpedVerdict?.word.startsWith('Likely') === true ? helpedVerdict : null
  return (
    <span className={styles.verdicts}>
      {verdict !== null && <VerdictTag verdict={verdict} />}
      {told !== null && (
        <span className={styles.span}>
          {t('versions.of-helped', { verdict: t(`verdict.${VERDICTS[told.word].key}`) })}
        </span>
      )}
      {typeof verdict?.stillNeeded === 'number' && (
        <span className={styles.span}>{t('versions.still-needed', { count: verdict.stillNeeded })}</span>
      )}
    </span>
  )
}

export function VerdictTag({ verdict: { word } }: { readonly verdict: Verdict }) {
  const { t } = useTranslation('knowledge')
  const { key, tone } = VERDICTS[word]
  return (
    <Tag tone={tone} density="desk">
      {t(`verdict.${key}`)}
    </Tag>
  )
}

/** Of a figure that is sure enough to be shown as a share. */
function estimateOf(figure: Figure | null): readonly Estimated[] {
  if (figure?.shown !== 'rate' || figure.share === undefined || figure.interval === undefined) return []
  return [{ value: figure.share, low: figure.interval.low, high: figure.interval.high }]
}
