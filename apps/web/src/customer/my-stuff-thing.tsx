import { IconArrowRight, IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Item } from '../api/my-stuff'
import { ReasonIcon, ThingIcon } from '../shared/icons'
import { Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { lineOf, stateOf } from './my-stuff-words'
import type { State } from './my-stuff-words'
import styles from './my-stuff.module.css'

/** `hover` lies over what is below; `press` and `keys` stay until closed. */
export type OpenedBy = 'hover' | 'press' | 'keys'

/** A pointer that only passes by opens nothing, in milliseconds. */
const REST = 150

/** A thing as a row that opens in place with its reasons (C7). */
export function ThingRow({
  item,
  now,
  opened,
  onOpen,
  onClose,
  onContact,
}: {
  readonly item: Item
  readonly now: number
  readonly opened: { readonly by: OpenedBy; readonly height: number } | undefined
  readonly onOpen: (by: OpenedBy, height: number) => void
  readonly onClose: () => void
  readonly onContact: () => void
}) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  const id = useId()
  const row = useRef<HTMLLIElement>(null)
  const head = useRef<HTMLButtonElement>(null)
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const by = opened?.by
  useEffect(() => {
    if (by === 'keys') row.current?.querySelector<HTMLElement>('[data-reason]')?.focus()
  }, [by])
  useEffect(
    () => () => {
      clearTimeout(resting.current)
    },
    [],
  )
  const height = (): number => row.current?.offsetHeight ?? 0
  const after = (work: () => void): void => {
    clearTimeout(resting.current)
    resting.current = setTimeout(work, REST)
  }
  return (
    <li
      ref={row}
      className={styles.row}
      data-opened={by}
      // What lies over the rows below takes no place among them.
      style={by === 'hover' ? { blockSize: opened?.height } : undefined}
    >
      <div
        role="presentation"
        className={styles.sheet}
        onPointerEnter={({ pointerType }) => {
          if (pointerType !== 'mouse') return
          if (by === 'hover') clearTimeout(resting.current)
          else
            after(() => {
              onOpen('hover', height())
            })
        }}
        onPointerLeave={({ pointerType }) => {
          if (pointerType !== 'mouse') return
          if (by === 'hover') after(onClose)
          else clearTimeout(resting.current)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || by === undefined) return
          event.stopPropagation()
          onClose()
          head.current?.focus()
        }}
      >
        <button
          ref={head}
          type="button"
          className={styles.head}
          data-thing={item.id}
          aria-expanded={by !== undefined}
          aria-controls={id}
          onClick={({ detail }) => {
            clearTimeout(resting.current)
            if (by === 'press' || by === 'keys') onClose()
            // A press without a pointer goes on to the reasons.
            else onOpen(detail === 0 ? 'keys' : 'press', height())
          }}
        >
          <span className={styles.thumb}>
            <ThingIcon kind={item.kind} title={item.title} />
          </span>
          <span className={styles.texts}>
            <span className={styles.title}>{item.title}</span>
            <span className={styles.line}>{lineOf(item, f, t)}</span>
          </span>
          <StateWords state={stateOf(item, f, t, now)} />
          {by === undefined ? (
            <IconChevronRight className={styles.chevron} size={20} stroke={1.75} aria-hidden="true" />
          ) : (
            <IconChevronDown className={styles.chevron} size={20} stroke={1.75} aria-hidden="true" />
          )}
        </button>
        <div id={id} className={styles.inside} hidden={by === undefined}>
          {by !== undefined && <Reasons item={item} onContact={onContact} />}
        </div>
      </div>
    </li>
  )
}

function Reasons({ item, onContact }: { readonly item: Item; readonly onContact: () => void }) {
  const { t } = useTranslation('customer')
  return (
    <>
      <ul className={styles.reasons} aria-label={t('reasons.of', { title: item.title })}>
        {item.reasons.map(({ code, label }) => (
          <li key={code}>
            <Link
              to={`/things/${item.id}?reason=${encodeURIComponent(code)}`}
              className={styles.reason ?? ''}
              data-reason={code}
            >
              <ReasonIcon code={code} />
              <span>{label}</span>
              <IconChevronRight className={styles.onPhone} size={18} stroke={1.75} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.ways}>
        <button type="button" className={styles.way} data-contact="" onClick={onContact}>
          {t('contact.about-this')}
          <IconArrowRight size={18} stroke={1.75} aria-hidden="true" />
        </button>
        <Link to={`/things/${item.id}`} className={styles.way ?? ''}>
          {t('thing.everything')}
        </Link>
      </div>
    </>
  )
}

export function StateWords({ state }: { readonly state: State | undefined }) {
  if (state === undefined) return null
  return (
    <span className={styles.state}>
      {state.tone === undefined ? (
        <span className={styles.plainState}>{state.words}</span>
      ) : (
        <Tag tone={state.tone}>{state.words}</Tag>
      )}
    </span>
  )
}
