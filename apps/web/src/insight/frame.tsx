import { IconShare2 } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearch } from 'wouter'
import { TopBar } from '../desk/frame'
import { useFormat } from '../words/format'
import { addressOf, dayBefore, filtersIn } from './address'
import type { Filters } from './address'
import type { Moments } from './api'
import { CHANNELS, KINDS, useWords } from './names'
import styles from './insight.module.css'

export const PLACES = ['drivers', 'repeat', 'feedback', 'articles', 'paths', 'findings'] as const
export type PlaceName = (typeof PLACES)[number] | 'journeys' | 'feed'

export function pathOf(place: PlaceName): string {
  return place === 'drivers' ? '/desk/insight' : `/desk/insight/${place}`
}

export function useFilters(): Filters {
  return filtersIn(useSearch())
}

/** A page of insight: where else to look, what it is of, and as known when. */
export function InsightFrame({
  place,
  title,
  filters: offered = [],
  moments,
  children,
}: {
  readonly place: PlaceName
  readonly title: string
  /** What the API can narrow on this page. */
  readonly filters?: readonly ('things' | 'channel' | 'span')[]
  readonly moments?: Moments | undefined
  readonly children: ReactNode
}) {
  const { t } = useTranslation('insight')
  const filters = useFilters()
  const carried = { asWas: filters.asWas, known: filters.known, from: filters.from, until: filters.until }
  return (
    <>
      <TopBar
        title={title}
        actions={
          <>
            {offered.includes('things') && <ThingsFilter filters={filters} />}
            {offered.includes('channel') && <ChannelFilter filters={filters} />}
            {offered.includes('span') && <SpanFilter filters={filters} />}
            <Link to={pathOf('feed')} className={styles.control ?? ''}>
              <IconShare2 size={18} stroke={1.75} aria-hidden="true" />
              {t('feed.open')}
            </Link>
          </>
        }
      >
        <nav className={styles.tabs} aria-label={t('places')}>
          {PLACES.map((name) => (
            <Link
              key={name}
              to={addressOf(pathOf(name), definedOf(carried))}
              {...(name === place && { 'aria-current': 'page' as const })}
            >
              {t(`place.${name}`)}
            </Link>
          ))}
        </nav>
      </TopBar>
      <div className={styles.page}>
        {children}
        {moments !== undefined && <AsKnown moments={moments} filters={filters} />}
      </div>
    </>
  )
}

/** Every figure is of a moment, as known at one. An address that holds both shows the same for ever. */
function AsKnown({ moments, filters }: { readonly moments: Moments; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const [path] = useLocation()
  const isThen = filters.asWas !== undefined || filters.known !== undefined
  const values = {
    at: `${format.date(moments.asWas)}, ${format.time(moments.asWas)}`,
    position: format.number(moments.known),
  }
  const { asWas, known, ...present } = filters
  return (
    <p className={styles.known}>
      {isThen ? t('known.then', values) : t('known.now', values)}{' '}
      {isThen ? (
        <Link to={addressOf(path, present)}>{t('known.to-present')}</Link>
      ) : (
        <Link to={addressOf(path, { ...present, asWas: moments.asWas, known: String(moments.known) })}>
          {t('known.keep')}
        </Link>
      )}
    </p>
  )
}

function useChange(filters: Filters): (change: Partial<Record<keyof Filters, string | undefined>>) => void {
  const [path, navigate] = useLocation()
  return (change) => {
    navigate(addressOf(path, definedOf({ ...filters, ...change })))
  }
}

function ThingsFilter({ filters }: { readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const words = useWords()
  const change = useChange(filters)
  return (
    <Choice
      label={t('filter.things')}
      value={filters.things}
      all={t('filter.all-things')}
      choices={KINDS.map((code) => ({ code, label: words.kind(code) }))}
      onChoose={(things) => {
        change({ things })
      }}
    />
  )
}

function ChannelFilter({ filters }: { readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const words = useWords()
  const change = useChange(filters)
  return (
    <Choice
      label={t('filter.channel')}
      value={filters.channel}
      all={t('filter.all-channels')}
      choices={CHANNELS.filter((code) => code !== 'none').map((code) => ({
        code,
        label: words.channel(code),
      }))}
      onChoose={(channel) => {
        change({ channel })
      }}
    />
  )
}

const SPANS = ['7', '28', '91', '182'] as const

function SpanFilter({ filters }: { readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const change = useChange(filters)
  const { from, until } = filters
  const [now] = useState(() => Date.now())
  const preset =
    until === undefined ? SPANS.find((days) => dayBefore(now, Number(days) - 1) === from) : undefined
  const own = preset === undefined && (from !== undefined || until !== undefined)
  return (
    <>
      <Choice
        label={t('filter.span')}
        value={own ? 'own' : preset}
        all={t('filter.all-time')}
        choices={[
          ...SPANS.map((code) => ({ code, label: t(`filter.days-${code}`) })),
          { code: 'own', label: t('filter.own') },
        ]}
        onChoose={(chosen) => {
          if (chosen === undefined) change({ from: undefined, until: undefined })
          else if (chosen === 'own')
            change({ from: from ?? dayBefore(now, 27), until: until ?? dayBefore(now, 0) })
          else change({ from: dayBefore(now, Number(chosen) - 1), until: undefined })
        }}
      />
      {own && (
        <span className={styles.span}>
          {(['from', 'until'] as const).map((end) => (
            <label key={end}>
              <span>{t(`filter.${end}`)}</span>
              <input
                type="date"
                className={styles.control}
                value={filters[end]?.slice(0, 10) ?? ''}
                onChange={({ currentTarget }) => {
                  change({ [end]: currentTarget.value === '' ? undefined : currentTarget.value })
                }}
              />
            </label>
          ))}
        </span>
      )}
    </>
  )
}

/** One of a few in the bar; the native control, which every keyboard and phone knows. */
export function Choice({
  label,
  value,
  all,
  choices,
  onChoose,
}: {
  readonly label: string
  readonly value: string | undefined
  /** What not choosing is called. */
  readonly all: string
  readonly choices: readonly { readonly code: string; readonly label: string }[]
  readonly onChoose: (value: string | undefined) => void
}) {
  return (
    <select
      className={styles.control}
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => {
        onChoose(currentTarget.value === '' ? undefined : currentTarget.value)
      }}
    >
      <option value="">{all}</option>
      {choices.map(({ code, label: words }) => (
        <option key={code} value={code}>
          {words}
        </option>
      ))}
    </select>
  )
}

function definedOf(values: Partial<Record<keyof Filters, string | undefined>>): Filters {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
