import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Colleague } from '../work/colleagues'
import { dayTime, soonTimes } from '../work/when'
import { useFormat } from '../words/format'
import { EMPTY_PROMISE, MOST_PROMISES } from './wrap-up-draft'
import type { Faults, PromiseDraft } from './wrap-up-draft'
import { FaultText, fieldId } from './wrap-up-view'
import styles from './wrap-up.module.css'

/** What was promised, until when, and who keeps it. */
export function Promises({
  promises,
  faults,
  colleagues,
  onChange,
}: {
  readonly promises: readonly PromiseDraft[]
  readonly faults: Faults
  readonly colleagues: readonly Colleague[]
  readonly onChange: (promises: readonly PromiseDraft[]) => void
}) {
  const { t } = useTranslation('wrapup')
  return (
    <fieldset className={styles.field}>
      <legend className={styles.legend}>{t('promises.label')}</legend>
      <ul className={styles.promises}>
        {promises.map((promise, index) => (
          // In the order in which they were written; none moves.
          <PromiseRow
            key={String(index)}
            promise={promise}
            index={index}
            faults={faults}
            colleagues={colleagues}
            onChange={(next) => {
              onChange(promises.map((each, at) => (at === index ? next : each)))
            }}
            {...(promises.length > 1 && {
              onRemove: () => {
                onChange(promises.filter((_, at) => at !== index))
              },
            })}
          />
        ))}
      </ul>
      {promises.length < MOST_PROMISES && (
        <button
          type="button"
          className={styles.quiet}
          onClick={() => {
            onChange([...promises, EMPTY_PROMISE])
            requestAnimationFrame(() => {
              document.getElementById(fieldId(`promise.${String(promises.length)}.what`))?.focus()
            })
          }}
        >
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('promises.add')}
        </button>
      )}
    </fieldset>
  )
}

function PromiseRow({
  promise,
  index,
  faults,
  colleagues,
  onChange,
  onRemove,
}: {
  readonly promise: PromiseDraft
  readonly index: number
  readonly faults: Faults
  readonly colleagues: readonly Colleague[]
  readonly onChange: (promise: PromiseDraft) => void
  readonly onRemove?: () => void
}) {
  const { t } = useTranslation('wrapup')
  const format = useFormat()
  const what = fieldId(`promise.${String(index)}.what`)
  const by = fieldId(`promise.${String(index)}.by`)
  const faulty = { what: faults[`promise.${String(index)}.what`], by: faults[`promise.${String(index)}.by`] }
  return (
    <li>
      <div className={styles.promise}>
        <input
          id={what}
          type="text"
          maxLength={500}
          aria-label={t('promises.what')}
          placeholder={t('promises.example')}
          value={promise.what}
          {...(faulty.what !== undefined && { 'aria-invalid': true, 'aria-describedby': `${what}.fault` })}
          onChange={({ currentTarget }) => {
            onChange({ ...promise, what: currentTarget.value })
          }}
        />
        <input
          id={by}
          type="datetime-local"
          aria-label={t('promises.by')}
          value={promise.by}
          {...(faulty.by !== undefined && { 'aria-invalid': true, 'aria-describedby': `${by}.fault` })}
          onChange={({ currentTarget }) => {
            onChange({ ...promise, by: currentTarget.value })
          }}
        />
        <select
          aria-label={t('promises.who')}
          value={promise.who}
          onChange={({ currentTarget }) => {
            onChange({ ...promise, who: currentTarget.value })
          }}
        >
          <option value="">{t('promises.you')}</option>
          {colleagues.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {onRemove !== undefined && (
          <button
            type="button"
            className={styles.remove}
            aria-label={t('promises.remove')}
            onClick={onRemove}
          >
            <IconTrash size={16} stroke={1.75} aria-hidden="true" />
          </button>
        )}
      </div>
      {promise.what.trim() !== '' && promise.by === '' && (
        <div className={styles.times}>
          {soonTimes(new Date()).map((time) => (
            <button
              key={time.getTime()}
              type="button"
              onClick={() => {
                onChange({ ...promise, by: dayTime(time) })
                document.getElementById(by)?.focus()
              }}
            >
              {format.moment(time)}
            </button>
          ))}
        </div>
      )}
      <FaultText id={`${what}.fault`} fault={faulty.what} />
      <FaultText id={`${by}.fault`} fault={faulty.by} />
    </li>
  )
}
