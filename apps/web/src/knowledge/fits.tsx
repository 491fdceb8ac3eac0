import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlus } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { reasonsQuery, THINGS } from './api'
import type { Content, Fit } from './api'
import styles from './editor.module.css'
import parts from './knowledge.module.css'

const KINDS = ['guide', 'faq', 'community'] as const
const LANGUAGES = ['en', 'pt'] as const
const MOST = 20

/** Where an article is offered, what kind it is and in which language. */
export function Fits({
  content: { kind, language, fits },
  onChange,
}: {
  readonly content: Content
  readonly onChange: (part: Partial<Content>) => void
}) {
  const { t } = useTranslation('knowledge')
  const ids = useId()
  const known = LANGUAGES.some((each) => each === language)
  const put = (place: number, fit: Fit | undefined): void => {
    onChange({
      fits: fits.flatMap((each, at) => (at !== place ? [each] : fit === undefined ? [] : [fit])),
    })
  }
  return (
    <details className={parts.more}>
      <summary>{t('fits.title')}</summary>
      <div>
        <div className={styles.ticks}>
          <div className={parts.field}>
            <label htmlFor={`${ids}-kind`}>{t('fits.kind')}</label>
            <select
              id={`${ids}-kind`}
              value={kind}
              onChange={({ currentTarget: { value } }) => {
                onChange({ kind: KINDS.find((each) => each === value) ?? 'guide' })
              }}
            >
              {KINDS.map((each) => (
                <option key={each} value={each}>
                  {t(`kind.${each}`)}
                </option>
              ))}
            </select>
          </div>
          <div className={parts.field}>
            <label htmlFor={`${ids}-language`}>{t('fits.language')}</label>
            <select
              id={`${ids}-language`}
              value={language}
              onChange={({ currentTarget: { value } }) => {
                onChange({ language: value })
              }}
            >
              {LANGUAGES.map((each) => (
                <option key={each} value={each}>
                  {t(`fits.${each}`)}
                </option>
              ))}
              {!known && <option value={language}>{t('fits.other', { code: language })}</option>}
            </select>
          </div>
        </div>
        {fits.length === 0 && <p className={parts.hint}>{t('fits.none')}</p>}
        {fits.map((fit, place) => (
          <Combination
            // Places are all that tells them apart.
            key={place}
            number={place + 1}
            fit={fit}
            onChange={(next) => {
              put(place, next)
            }}
          />
        ))}
        {fits.length < MOST && (
          <div>
            <Button
              variant="default"
              leftSection={<IconPlus size={18} stroke={1.75} aria-hidden="true" />}
              onClick={() => {
                onChange({ fits: [...fits, { things: ['purchase'], reasons: [], products: [] }] })
              }}
            >
              {t('fits.add')}
            </Button>
          </div>
        )}
      </div>
    </details>
  )
}

function Combination({
  number,
  fit,
  onChange,
}: {
  readonly number: number
  readonly fit: Fit
  readonly onChange: (fit: Fit | undefined) => void
}) {
  const { t } = useTranslation('knowledge')
  const kinds = useQuery(reasonsQuery(useApi())).data ?? []
  const [products, setProducts] = useState(fit.products.join(', '))
  const here = kinds.filter(({ kind }) => fit.things.length === 0 || fit.things.some((each) => each === kind))
  const offered = here.flatMap(({ reasons }) =>
    reasons.flatMap(({ code, label, details }) => [
      { code, label },
      ...details.map((detail) => ({ code: detail.code, label: `${label}: ${detail.label}` })),
    ]),
  )
  // Ticked before, and of no thing that is ticked now: still there to be taken away.
  const strays = fit.reasons
    .filter((code) => !offered.some((each) => each.code === code))
    .map((code) => ({ code, label: code }))
  return (
    <fieldset className={styles.combination}>
      <legend>{t('fits.one', { number })}</legend>
      <Ticks
        legend={t('fits.thing')}
        hint={t('fits.all-things')}
        choices={THINGS.map((thing) => ({ code: thing, label: t(`thing.${thing}`) }))}
        ticked={fit.things}
        onChange={(things) => {
          onChange({ ...fit, things: THINGS.filter((thing) => things.includes(thing)) })
        }}
      />
      <Ticks
        legend={t('fits.reason')}
        hint={t('fits.all-reasons')}
        choices={[...new Map([...offered, ...strays].map((each) => [each.code, each])).values()]}
        ticked={fit.reasons}
        onChange={(reasons) => {
          onChange({ ...fit, reasons })
        }}
      />
      <TextInput
        label={t('fits.product')}
        description={t('fits.product-hint')}
        value={products}
        onChange={({ currentTarget: { value } }) => {
          setProducts(value)
          onChange({
            ...fit,
            products: value
              .split(',')
              .map((each) => each.trim())
              .filter((each) => each !== ''),
          })
        }}
      />
      <div>
        <Button
          variant="subtle"
          onClick={() => {
            onChange(undefined)
          }}
        >
          {t('fits.remove', { number })}
        </Button>
      </div>
    </fieldset>
  )
}

function Ticks({
  legend,
  hint,
  choices,
  ticked,
  onChange,
}: {
  readonly legend: string
  readonly hint: string
  readonly choices: readonly { readonly code: string; readonly label: string }[]
  readonly ticked: readonly string[]
  readonly onChange: (ticked: readonly string[]) => void
}) {
  return (
    <fieldset className={styles.ticks}>
      <legend>
        {legend}. {hint}
      </legend>
      {choices.map(({ code, label }) => (
        <label key={code} className={styles.tick}>
          <input
            type="checkbox"
            checked={ticked.includes(code)}
            onChange={({ currentTarget: { checked } }) => {
              onChange(checked ? [...ticked, code] : ticked.filter((each) => each !== code))
            }}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
