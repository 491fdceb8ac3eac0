import { useTranslation } from 'react-i18next'
import { useLocation, useSearch } from 'wouter'
import { StaffPanel, Statement } from '../desk/frame'
import { endsOf } from '../shared/interval-scale'
import { PartFailed, Pills, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { addressOf, journeysOf } from './address'
import type { Filters } from './address'
import { useAnswer } from './api'
import { AnswerTimesPanel } from './answer-times'
import { readingOf } from './figure'
import type { Figure } from './figure'
import { InsightFrame, useFilters } from './frame'
import { HowMany, ScaleHead, Share, ShareInterval, TooFew } from './marks'
import { useLabels, useWords } from './names'
import styles from './insight.module.css'

const CUTS = ['channel', 'reason', 'thingKind'] as const
type Cut = (typeof CUTS)[number]

/** Whether one contact was enough, what was asked twice, what came online before, and whether promises were kept. */
export default function Repeat() {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const [path, navigate] = useLocation()
  const given = new URLSearchParams(useSearch()).get('by')
  const by = CUTS.find((cut) => cut === given) ?? 'channel'
  const repeats = useAnswer('repeat-contacts', filters, { by })
  const first = useAnswer('first-contact-resolution', filters, { by })
  const online = useAnswer('online-before-contact', filters, { by })
  const again = useAnswer('asked-again', filters, { by })
  return (
    <InsightFrame place="repeat" title={t('repeat.title')} filters={['span']} moments={repeats.data}>
      {repeats.data === undefined ? null : (
        <Sentence wide={repeats.data.wide.figure} stated={repeats.data.stated.figure} />
      )}
      <Pills
        legend={t('repeat.by')}
        hideLegend
        density="desk"
        value={by}
        choices={CUTS.map((cut) => ({ value: cut, label: t(`repeat.by-${cut}`) }))}
        onChoose={(cut) => {
          navigate(addressOf(path, filters, { by: cut }), { replace: true })
        }}
      />
      <div className={styles.two}>
        <Part title={t('repeat.wide')} hint={t('repeat.wide-hint')} answer={repeats}>
          {repeats.data && (
            <ShareTable
              all={repeats.data.wide.figure}
              parts={repeats.data.wide.by}
              by={by}
              filters={filters}
              label={t('repeat.again')}
              value={1}
            />
          )}
        </Part>
        <Part title={t('repeat.first')} hint={t('repeat.first-hint')} answer={first}>
          {first.data && (
            <ShareTable
              all={first.data.figure}
              parts={first.data.by}
              by={by}
              filters={filters}
              label={t('repeat.resolved')}
              value={1}
            />
          )}
        </Part>
        <Part title={t('repeat.online')} hint={t('repeat.online-hint')} answer={online}>
          {online.data && <OnlineTable answer={online.data} filters={filters} />}
        </Part>
        <Part title={t('repeat.asked')} hint={t('repeat.asked-hint')} answer={again}>
          {again.data && (
            <AskedTable all={again.data.figure} parts={again.data.by} by={by} filters={filters} />
          )}
        </Part>
      </div>
      <AnswerTimesPanel filters={filters} />
    </InsightFrame>
  )
}

function Sentence({ wide, stated }: { readonly wide: Figure; readonly stated: Figure }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const [one, other] = [readingOf(stated), readingOf(wide)]
  if (other.kind !== 'rate') {
    return (
      <Statement>
        {other.kind === 'counts' ? t('repeat.sum-counts', { k: other.k, n: other.n }) : t('repeat.sum-few')}
      </Statement>
    )
  }
  const of100 = (share: number): string => format.number(share * 100)
  const range =
    one.kind === 'rate' && of100(one.value) !== of100(other.value)
      ? t('repeat.range', { low: of100(one.value), high: of100(other.value) })
      : of100(other.value)
  return (
    <Statement>
      <strong>{t('repeat.sum', { range })}</strong>{' '}
      {t('repeat.sum-interval', {
        low: of100(other.low),
        high: of100(other.high),
        n: format.number(other.n),
      })}{' '}
      {(wide.pending ?? 0) > 0 && t('repeat.sum-pending', { count: wide.pending ?? 0 })}
    </Statement>
  )
}

function Part({
  title,
  hint,
  answer,
  children,
}: {
  readonly title: string
  readonly hint: string
  readonly answer: {
    readonly data: unknown
    readonly error: unknown
    readonly refetch: () => Promise<unknown>
  }
  readonly children: React.ReactNode
}) {
  return (
    <StaffPanel title={title} hint={hint}>
      {answer.data === undefined && answer.error !== null ? (
        <PartFailed error={answer.error} onRetry={() => void answer.refetch()} />
      ) : answer.data === undefined ? (
        <div className={styles.waiting}>
          <Shape width="100%" height={180} />
        </div>
      ) : (
        children
      )}
    </StaffPanel>
  )
}

function useCellWords(by: Cut): (figure: Figure) => string {
  const words = useWords()
  const labels = useLabels()
  return ({ cell }) => {
    const code = String(cell[by] ?? 'none')
    return by === 'reason' ? labels.reason(code) : by === 'channel' ? words.channel(code) : words.kind(code)
  }
}

function ShareTable({
  all,
  parts,
  by,
  filters,
  label,
  value,
}: {
  readonly all: Figure
  readonly parts: readonly Figure[]
  readonly by: Cut
  readonly filters: Filters
  readonly label: string
  readonly value: number
}) {
  const { t } = useTranslation('insight')
  const name = useCellWords(by)
  const rows = [all, ...parts]
  const ends = endsOf(rows.map(readingOf).flatMap((reading) => (reading.kind === 'rate' ? [reading] : [])))
  const to = (figure: Figure, of?: number): string =>
    journeysOf({ metric: figure.metric, cell: figure.cell, ...(of !== undefined && { value: of }) }, filters)
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t(`repeat.by-${by}`)}</th>
          <th scope="col" data-number>
            {t('repeat.counted')}
          </th>
          <th scope="col" data-scale>
            <ScaleHead label={label} ends={ends} />
          </th>
          <th scope="col" data-number>
            {t('of-100')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((figure, index) => (
          <tr key={index === 0 ? 'all' : name(figure)}>
            <th scope="row">{index === 0 ? t('all') : name(figure)}</th>
            <td data-number data-label={t('repeat.counted')}>
              <HowMany n={figure.n} to={to(figure)} />
            </td>
            <td data-scale>
              <ShareInterval figure={figure} ends={ends} tone={index === 0 ? 'accent' : 'plain'} />
            </td>
            <td data-number data-label={t('of-100')}>
              <Share figure={figure} to={to(figure, value)} span />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** At three depths: looked, chose, read. */
function OnlineTable({
  answer,
  filters,
}: {
  readonly answer: {
    readonly looked: { readonly figure: Figure }
    readonly chose: { readonly figure: Figure }
    readonly read: { readonly figure: Figure }
  }
  readonly filters: Filters
}) {
  const { t } = useTranslation('insight')
  const rows = (['looked', 'chose', 'read'] as const).map((depth) => ({
    depth,
    figure: answer[depth].figure,
  }))
  const ends = { from: 0, to: 1 }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('repeat.depth')}</th>
          <th scope="col" data-scale>
            <ScaleHead label={t('repeat.before')} ends={ends} />
          </th>
          <th scope="col" data-number>
            {t('of-100')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ depth, figure }) => (
          <tr key={depth}>
            <th scope="row">{t(`repeat.${depth}`)}</th>
            <td data-scale>
              <ShareInterval figure={figure} ends={ends} />
            </td>
            <td data-number data-label={t('of-100')}>
              <Share figure={figure} to={journeysOf({ metric: figure.metric, value: 1 }, filters)} span />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How often somebody was asked what we knew. The goal is none, so the count is shown whatever the number. */
function AskedTable({
  all,
  parts,
  by,
  filters,
}: {
  readonly all: Figure
  readonly parts: readonly Figure[]
  readonly by: Cut
  readonly filters: Filters
}) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const name = useCellWords(by)
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t(`repeat.by-${by}`)}</th>
          <th scope="col" data-number>
            {t('drivers.contacts')}
          </th>
          <th scope="col" data-number>
            {t('repeat.times')}
          </th>
        </tr>
      </thead>
      <tbody>
        {[all, ...parts].map((figure, index) => (
          <tr key={index === 0 ? 'all' : name(figure)}>
            <th scope="row">{index === 0 ? t('all') : name(figure)}</th>
            <td data-number data-label={t('drivers.contacts')}>
              <HowMany n={figure.n} to={journeysOf({ metric: figure.metric, cell: figure.cell }, filters)} />
            </td>
            <td data-number data-label={t('repeat.times')}>
              {figure.sum === undefined ? <TooFew /> : format.number(figure.sum)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
