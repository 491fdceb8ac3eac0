import { Button } from '@mantine/core'
import { IconPlus, IconShieldCheck } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { focusHere } from '../shared/focus'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useApi } from '../api/context'
import { contextKey } from '../api/journey'
import type { JourneyContext } from '../api/journey'
import type { CustomerKnown } from '../api/desk'
import { firstName } from '../api/names'
import { ThingIcon } from '../shared/icons'
import { factsOf, triedOf, triedWords } from '../shared/journey-facts'
import type { JourneyFact } from '../shared/journey-facts'
import { lineOf } from '../shared/journey-line'
import { Known } from '../shared/known'
import { Line, LineMark } from '../shared/line'
import { Tag } from '../shared/parts'
import type { Format } from '../words/format'
import { useFormat } from '../words/format'
import styles from './context-column.module.css'

type Shared = ReturnType<typeof useTranslation<'shared'>>['t']
type Desk = ReturnType<typeof useTranslation<'desk'>>['t']

/** What stands under "Known" on the desk: what she told, and what our records hold of her. */
export function knownOnDesk(
  context: JourneyContext,
  contactId: string,
  customer: CustomerKnown | undefined,
  t: Desk,
  shared: Shared,
  format: Format,
): readonly JourneyFact[] {
  const facts = factsOf(context, { viewer: 'staff', t: shared, format, contactId, tried: false })
  const told = new Set(context.facts.map(({ name }) => name))
  const records = (['email', 'phone'] as const).flatMap((name): readonly JourneyFact[] => {
    const value = customer?.[name]
    if (value === undefined || told.has(name)) return []
    return [{ id: name, name, label: t(`context.${name}`), value, source: t('context.from-account') }]
  })
  return [...facts, ...records]
}

/** Besides what is shown as facts of their own: what stands inside the thing, and what was tried. */
export function guardedFacts(
  context: JourneyContext,
  known: readonly JourneyFact[],
  t: Desk,
  shared: Shared,
  format: Format,
): readonly JourneyFact[] {
  const { item } = context
  return [
    ...known,
    ...(item?.reference === undefined
      ? []
      : [
          {
            id: 'order',
            name: 'order-number',
            label: t('context.order'),
            value: item.reference,
            source: item.title,
          },
        ]),
    ...(item?.date === undefined
      ? []
      : [
          {
            id: 'bought',
            name: 'purchase-date',
            label: t('context.bought'),
            value: format.date(item.date),
            source: item.title,
          },
        ]),
    ...triedOf(context).map((reading) => ({
      id: `tried:${reading.id}`,
      name: 'tried',
      label: shared('facts.tried'),
      value: reading.title,
      source: triedWords(reading, shared, format),
    })),
  ]
}

/** Moments of the line that are shown at once. */
const FEW = 10

/** Thing, how urgent, how sure we are, what is known, what was tried, and the journey: a view of the context and nothing else. */
export function ContextView({
  context,
  contactId,
  known,
  me,
  nameOf,
  replay = false,
  readOnly = false,
  children,
}: {
  readonly context: JourneyContext
  readonly contactId: string
  readonly known: readonly JourneyFact[]
  readonly me: string | undefined
  readonly nameOf: (id: string | undefined) => string | undefined
  /** Whether who looks may go to the time machine. */
  readonly replay?: boolean
  readonly readOnly?: boolean
  /** What can be added to what is known. */
  readonly children?: ReactNode
}) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const { item, person, guest } = context
  const level =
    context.contacts.find(({ id }) => id === contactId)?.queue?.level ?? context.channels.at(-1)?.level
  const tried = triedOf(context)
  const name = person.name === undefined ? shared('guest') : firstName(person.name)
  const isKnown = !guest && person.assurance !== 'none'
  const [isWhole, setWhole] = useState(readOnly)
  const moments = lineOf(context, {
    viewer: 'staff',
    t: shared,
    format,
    name: nameOf,
    ...(me !== undefined && { me }),
  })
  return (
    <>
      <div className={styles.part}>
        <div className={styles.thing}>
          <span className={styles.thumb}>
            <ThingIcon kind={item?.kind ?? 'other'} title={item?.title ?? ''} size={22} />
          </span>
          <span>
            <strong>{item?.title ?? t('context.no-thing')}</strong>
            {item !== undefined && (
              <small>
                {[item.reference, item.date === undefined ? undefined : format.date(item.date), item.state]
                  .filter((each) => each !== undefined && each !== '')
                  .join(', ')}
              </small>
            )}
          </span>
        </div>
        <p className={styles.tags}>
          {level !== undefined && level.urgency !== 'normal' && (
            <Tag tone="danger" density="desk">
              {t('offer.urgent')}
            </Tag>
          )}
          <Tag tone={isKnown ? 'ok' : 'warn'} density="desk">
            {isKnown && <IconShieldCheck size={14} stroke={1.75} aria-hidden="true" />}
            {isKnown && person.verifiedAt !== undefined
              ? t('context.verified', { at: format.brief(person.verifiedAt) })
              : t(isKnown ? 'context.signed-in' : 'context.not-signed-in')}
          </Tag>
          {person.segment !== undefined && <Tag density="desk">{person.segment}</Tag>}
          {person.language !== undefined && (
            <Tag density="desk">{languageName(person.language, format.language)}</Tag>
          )}
        </p>
      </div>
      <section className={styles.part} aria-labelledby="context-known">
        <div className={styles.head}>
          <h2 id="context-known">{t('context.known')}</h2>
          <span className={styles.hint}>{t('context.never-ask')}</span>
        </div>
        {/* Who and what it is about stand above. */}
        <Known density="desk" facts={known.filter(({ name: of }) => of !== 'thing' && of !== 'name')} />
        {children}
      </section>
      {tried.length > 0 && (
        <section className={styles.part} aria-labelledby="context-tried">
          <div className={styles.head}>
            <h2 id="context-tried">
              {t(tried.every(({ helped }) => helped === false) ? 'context.tried' : 'context.read')}
            </h2>
          </div>
          <ul className={styles.tried}>
            {tried.map((reading) => (
              <li key={reading.id}>
                <LineMark mark="article" />
                <span>
                  {reading.title}
                  <small>
                    {triedWords(reading, shared, format)}
                    {reading.helped === false && `. ${t('context.dont-send')}`}
                  </small>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className={styles.part} aria-labelledby="context-journey">
        <div className={styles.head}>
          <h2 id="context-journey">{t('context.journey', { name })}</h2>
          {replay && !readOnly && <Link to={`/desk/replay/${context.id}`}>{t('context.replay')}</Link>}
        </div>
        <Line
          density="desk"
          label={t('context.journey', { name })}
          moments={isWhole ? moments : moments.slice(0, FEW)}
        />
        {!isWhole && moments.length > FEW && !readOnly && (
          <button
            type="button"
            className={styles.add}
            onClick={() => {
              setWhole(true)
            }}
          >
            {t('context.earlier', { count: moments.length - FEW })}
          </button>
        )}
      </section>
    </>
  )
}

function languageName(code: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

/** Something learned in the conversation is noted once, and nobody asks again. */
export function AddFact({ journeyId }: { readonly journeyId: string }) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const [label, setLabel] = useState('')
  const [value, setValue] = useState('')
  const id = useId()
  const add = useMutation({
    mutationFn: () =>
      api.post(`/journey/journeys/${journeyId}/facts`, {
        name: codeOf(label),
        label: label.trim(),
        value: value.trim(),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: contextKey(journeyId) })
      setLabel('')
      setValue('')
      setOpen(false)
    },
  })
  const full = label.trim() !== '' && value.trim() !== ''
  if (!open) {
    return (
      <button
        type="button"
        className={styles.add}
        onClick={() => {
          setOpen(true)
        }}
      >
        <IconPlus size={16} stroke={1.75} aria-hidden="true" />
        {t('context.add')}
      </button>
    )
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (full) add.mutate()
      }}
    >
      <label htmlFor={`${id}-label`}>{t('context.what')}</label>
      <input
        id={`${id}-label`}
        list={`${id}-usual`}
        value={label}
        maxLength={120}
        ref={focusHere}
        onChange={({ currentTarget }) => {
          setLabel(currentTarget.value)
        }}
      />
      <datalist id={`${id}-usual`}>
        {(['address', 'phone', 'email', 'serial'] as const).map((each) => (
          <option key={each} value={t(`context.${each}`)} />
        ))}
      </datalist>
      <label htmlFor={`${id}-value`}>{t('context.value')}</label>
      <input
        id={`${id}-value`}
        value={value}
        maxLength={400}
        onChange={({ currentTarget }) => {
          setValue(currentTarget.value)
        }}
      />
      {add.isError && (
        <p className={styles.failed} role="alert">
          {t('context.add-failed')}
        </p>
      )}
      <span className={styles.formActions}>
        <Button type="submit" variant="default" disabled={!full || add.isPending}>
          {add.isPending ? t('context.adding') : t('context.note-it')}
        </Button>
        <Button
          variant="subtle"
          onClick={() => {
            setOpen(false)
          }}
        >
          {shared('cancel')}
        </Button>
      </span>
    </form>
  )
}

const USUAL: readonly (readonly [RegExp, string])[] = [
  [/e-?mail/, 'email'],
  [/address|morada/, 'address'],
  [/phone|telefone|telemovel/, 'phone'],
  [/serial|serie/, 'serial-number'],
]

/** `Número de série` becomes `serial-number`, anything else what it says: the same fact has one name in every language. */
export function codeOf(label: string): string {
  const plain = label.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
  const usual = USUAL.find(([word]) => word.test(plain))?.[1]
  const code = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  return usual ?? (/^[a-z]/.test(code) ? code : `fact-${code === '' ? 'other' : code}`)
}
