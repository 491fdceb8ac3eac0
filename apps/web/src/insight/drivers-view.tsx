import { Trans, useTranslation } from 'react-i18next'
import { StaffPanel, Statement } from '../desk/frame'
import { useFormat } from '../words/format'
import { journeysOf } from './address'
import type { Filters } from './address'
import type { Driver, Drivers } from './api'
import { readingOf } from './figure'
import { FeelingStrip, HowMany, Share, Sparkline, TooFew, useVerdict } from './marks'
import { readable, useWords } from './names'
import styles from './insight.module.css'

/** One sentence and one table, made from the figures alone. */
export function DriversView({
  drivers,
  filters,
  chosen,
  onChoose,
}: {
  readonly drivers: Drivers
  readonly filters: Filters
  readonly chosen: string | undefined
  readonly onChoose: (driver: Driver) => void
}) {
  const { t } = useTranslation(['insight', 'shared'])
  if (drivers.drivers.length === 0) {
    return (
      <div className={styles.sentence}>
        <Statement>{t('drivers.none')}</Statement>
      </div>
    )
  }
  return (
    <>
      <div className={styles.sentence}>
        <Sentence drivers={drivers} filters={filters} />
      </div>
      <StaffPanel title={t('drivers.table')} hint={t('drivers.hint')} aside={<FeelingKey />}>
        <table className={styles.table} data-rows="chosen">
          <thead>
            <tr>
              <th scope="col">{t('drivers.driver')}</th>
              <th scope="col" data-number>
                {t('drivers.contacts')}
              </th>
              <th scope="col">{t('drivers.weeks')}</th>
              <th scope="col">{t('drivers.repeat')}</th>
              <th scope="col" data-number>
                {t('drivers.outcome')}
              </th>
              <th scope="col">{t('drivers.feeling')}</th>
              <th scope="col">{t('drivers.owner')}</th>
            </tr>
          </thead>
          <tbody>
            {drivers.drivers.map((driver) => (
              <Row
                key={`${driver.thingKind}.${driver.reason}`}
                driver={driver}
                filters={filters}
                chosen={`${driver.thingKind}.${driver.reason}` === chosen}
                onChoose={onChoose}
              />
            ))}
          </tbody>
        </table>
        <p className={styles.foot}>{t('drivers.foot')}</p>
      </StaffPanel>
    </>
  )
}

function Row({
  driver,
  filters,
  chosen,
  onChoose,
}: {
  readonly driver: Driver
  readonly filters: Filters
  readonly chosen: boolean
  readonly onChoose: (driver: Driver) => void
}) {
  const { t } = useTranslation('insight')
  const words = useWords()
  const say = useVerdict()
  const format = useFormat()
  const { contacts, trend, repeat, outcome, feelings, cause } = driver
  const { channel } = filters
  const cell = { thingKind: driver.thingKind, reason: driver.reason, channel }
  const to = (metric: string, value?: number): string =>
    journeysOf({ metric, cell, ...(value !== undefined && { value }) }, filters)
  const known = driver.weeks.flatMap(({ n }) => n ?? [])
  const rate = readingOf(repeat)
  const real = trend === 'Likely worse' || trend === 'Likely better'
  return (
    <tr data-chosen={chosen}>
      <th scope="row">
        <button
          type="button"
          className={styles.pick}
          aria-pressed={chosen}
          onClick={() => {
            onChoose(driver)
          }}
        >
          {driverName(driver, t('no-reason'))}
        </button>
        <span className={styles.second}>
          {words.kind(driver.thingKind)}
          {cause !== null && `. ${t('drivers.cause', { cause: cause.words ?? readable(cause.code) })}`}
        </span>
      </th>
      <td data-number data-label={t('drivers.contacts')}>
        <HowMany n={contacts.n} to={to('contacts-by-reason')} />
      </td>
      <td data-label={t('drivers.weeks')}>
        <Sparkline
          weeks={driver.weeks}
          rising={trend === 'Likely worse'}
          label={t('drivers.weeks-label', {
            first: format.number(known[0] ?? 0),
            last: format.number(known.at(-1) ?? 0),
            verdict: say(trend),
          })}
        />
        {real && (
          <span className={styles.second} data-tone={trend === 'Likely worse' ? 'danger' : 'ok'}>
            {say(trend)}
          </span>
        )}
      </td>
      <td data-label={t('drivers.repeat')}>
        <span className={styles.bar}>
          {rate.kind === 'rate' && (
            <span className={styles.track} aria-hidden="true">
              <span style={{ inlineSize: `${String(rate.value * 100)}%` }} />
            </span>
          )}
          <Share figure={repeat} to={to('repeat-contact-wide', 1)} />
        </span>
      </td>
      <td data-number data-label={t('drivers.outcome')}>
        <Share figure={outcome} to={to('feedback-outcome')} />
      </td>
      <td data-label={t('drivers.feeling')}>
        {feelings === null ? <TooFew /> : <FeelingStrip counts={feelings} to={to('feedback-feeling')} />}
      </td>
      <td data-label={t('drivers.owner')}>
        <Owner driver={driver} />
      </td>
    </tr>
  )
}

/** Who answers for the cause, and what is being done about it. */
function Owner({ driver: { cause, findings } }: { readonly driver: Driver }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const open = findings.find(({ status }) => status !== 'closed') ?? findings[0]
  const department = open?.department ?? cause?.department
  return (
    <>
      <span>
        {department === undefined || department === null ? t('drivers.nobody') : readable(department)}
      </span>
      <span className={styles.second}>
        {open?.done !== undefined
          ? `${withoutStop(open.done.what)}, ${format.brief(open.done.at)}`
          : open?.actBy !== undefined
            ? t('drivers.act-by', { by: format.date(open.actBy) })
            : open !== undefined
              ? t('drivers.raised')
              : t('drivers.no-action')}
      </span>
    </>
  )
}

function Sentence({ drivers, filters }: { readonly drivers: Drivers; readonly filters: Filters }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const { contacts, repeats, causes } = drivers
  const { things, channel } = filters
  const n = contacts?.n
  if (n === undefined)
    return <Statement>{contacts === null ? t('drivers.none') : t('drivers.few')}</Statement>
  const counted = causes.filter(({ figure }) => figure.n !== undefined).slice(0, 3)
  const unowned = causes.filter(({ department }) => department === null).length
  const most = counted.toSorted((a, b) => (b.figure.n ?? 0) - (a.figure.n ?? 0))
  const whole = things === undefined && channel === undefined
  return (
    <Statement>
      <strong>{t('drivers.sum', { count: n, n: format.number(n) })}</strong>{' '}
      {repeats?.k !== undefined && repeats.n !== undefined && (
        <>
          <Trans
            t={t}
            i18nKey="drivers.sum-repeats"
            values={{ k: format.number(repeats.k), n: format.number(repeats.n) }}
            components={{ strong: <strong /> }}
          />{' '}
        </>
      )}
      {whole && most[0] !== undefined && (
        <>
          {t('drivers.sum-cause', {
            cause: withoutStop(most[0].words ?? readable(most[0].cause)),
            n: format.number(most[0].figure.n ?? 0),
          })}{' '}
        </>
      )}
      {whole && unowned > 0 && t('drivers.sum-unowned', { count: unowned })}
    </Statement>
  )
}

function FeelingKey() {
  const { t } = useTranslation('shared')
  return (
    <span className={styles.key}>
      {(['upset', 'unsure', 'cared-for'] as const).map((word) => (
        <span key={word}>
          <span data-word={word} aria-hidden="true" />
          {t(`feeling.${word}`)}
        </span>
      ))}
    </span>
  )
}

export function driverName({ label, reason }: Pick<Driver, 'label' | 'reason'>, none: string): string {
  return reason === 'none' ? none : (label ?? readable(reason))
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}
