import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../words/format'
import { at, put, sameData, textAt, textsAt } from './document'
import { problemsAt } from './editing'
import type { Editing } from './editing'
import { DAYS, hoursOf, readOpening, timesFrom, timesShown, writeOpening } from './opening'
import type { Opening, Times } from './opening'
import styles from './policy.module.css'
import { Problems } from './problems'

/** Opening hours by name; channels say which of them they keep. */
export function Hours({ editing }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const { doc, problems } = editing
  return (
    <section aria-labelledby="policy-hours">
      <div className={styles.partHead}>
        <h2 id="policy-hours" tabIndex={-1} data-part="">
          {t('hours.title')}
        </h2>
      </div>
      <p className={styles.quiet}>{t('hours.hint', { zone: textAt(doc, ['timezone']) ?? '' })}</p>
      <Problems problems={problemsAt(problems, 'hours')} />
      <div className={styles.hours}>
        {hoursOf(doc).map(([name, raw]) => (
          <Week key={name} name={name} raw={raw} editing={editing} />
        ))}
      </div>
      <NewHours editing={editing} />
    </section>
  )
}

function Week({
  name,
  raw,
  editing: { doc, live, names, edit },
}: {
  readonly name: string
  readonly raw: unknown
  readonly editing: Editing
}) {
  const { t } = useTranslation('policy')
  const format = useFormat()
  const opening = readOpening(raw)
  const before = readOpening(at(live, ['hours', name]))
  const set = (next: Opening): void => {
    edit(put(doc, ['hours', name], writeOpening(raw, next)))
  }
  const users = textsAt(doc, ['order']).filter(
    (channel) => textAt(doc, ['channels', channel, 'hours']) === name,
  )
  const [date, setDate] = useState('')
  return (
    <section className={styles.week} aria-label={names.hours(name)}>
      <h3>
        {names.hours(name)}{' '}
        <span className={styles.quiet}>
          {users.length === 0 ? t('hours.unused') : users.map(names.channel).join(', ')}
        </span>
      </h3>
      {DAYS.map((day, place) => {
        const times = opening.week[place] ?? []
        return (
          <TimesField
            key={day}
            label={names.day(place)}
            times={times}
            changed={!sameData(times, before.week[place] ?? [])}
            onChange={(changed) => {
              set({ ...opening, week: opening.week.map((each, n) => (n === place ? changed : each)) })
            }}
          />
        )
      })}
      {opening.except.map(({ date: day, times }) => (
        <div key={day} className={styles.exception}>
          <TimesField
            label={format.date(`${day}T12:00:00`)}
            times={times}
            changed={!before.except.some((each) => sameData(each, { date: day, times }))}
            onChange={(changed) => {
              set({
                ...opening,
                except: opening.except.map((each) =>
                  each.date === day ? { date: day, times: changed } : each,
                ),
              })
            }}
          />
          <button
            type="button"
            className={styles.iconButton}
            aria-label={t('hours.remove-date', { date: format.date(`${day}T12:00:00`) })}
            onClick={() => {
              set({ ...opening, except: opening.except.filter((each) => each.date !== day) })
            }}
          >
            <IconX size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      ))}
      <form
        className={styles.addDate}
        onSubmit={(event) => {
          event.preventDefault()
          if (date === '' || opening.except.some((each) => each.date === date)) return
          set({ ...opening, except: [...opening.except, { date, times: [] }] })
          setDate('')
        }}
      >
        <input
          type="date"
          className={styles.field}
          aria-label={t('hours.date')}
          value={date}
          onChange={({ currentTarget }) => {
            setDate(currentTarget.value)
          }}
        />
        <Button type="submit" variant="subtle">
          {t('hours.add-date')}
        </Button>
      </form>
    </section>
  )
}

/** Open times of one day as a person writes them; what cannot be read stays in the field with a sentence. */
function TimesField({
  label,
  times,
  changed,
  onChange,
}: {
  readonly label: string
  readonly times: Times
  readonly changed: boolean
  readonly onChange: (times: Times) => void
}) {
  const { t } = useTranslation('policy')
  const id = useId()
  const [written, setWritten] = useState<string>()
  // Nobody is told about a time that is still being written.
  const [left, setLeft] = useState(false)
  const read = written === undefined ? times : timesFrom(written)
  const wrong = read === undefined && left
  return (
    <div className={styles.times}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.field}
        data-changed={changed}
        placeholder={t('hours.shut')}
        value={written ?? timesShown(times)}
        aria-invalid={wrong}
        {...(wrong && { 'aria-describedby': `${id}-wrong` })}
        onChange={({ currentTarget }) => {
          setWritten(currentTarget.value)
          setLeft(false)
          const next = timesFrom(currentTarget.value)
          if (next !== undefined) onChange(next)
        }}
        onBlur={() => {
          setLeft(true)
          if (read !== undefined) setWritten(undefined)
        }}
      />
      {wrong && (
        <p id={`${id}-wrong`} className={styles.wrong}>
          {t('hours.wrong')}
        </p>
      )}
    </div>
  )
}

function NewHours({ editing: { doc, edit } }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const [name, setName] = useState('')
  const code = name
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
  const taken = hoursOf(doc).some(([each]) => each === code)
  return (
    <form
      className={styles.addDate}
      onSubmit={(event) => {
        event.preventDefault()
        if (code === '' || taken) return
        edit(put(doc, ['hours', code], { 'mon-fri': '09:00-18:00' }))
        setName('')
      }}
    >
      <input
        className={styles.field}
        aria-label={t('hours.new-name')}
        placeholder={t('hours.new-name')}
        value={name}
        onChange={({ currentTarget }) => {
          setName(currentTarget.value)
        }}
      />
      <Button type="submit" variant="default">
        {t('hours.add')}
      </Button>
      {taken && <p className={styles.wrong}>{t('hours.taken')}</p>}
    </form>
  )
}
