import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import type { Item, Letter, Page, StuffCase, StuffContact } from '../api/my-stuff'
import { PartFailed } from '../shared/parts'
import { usePersonId } from './my-stuff-begin'
import { rowOf } from './my-stuff-groups'
import type { Row, Section } from './my-stuff-groups'
import { CaseRow, ContactRow, LetterRow, RowShapes } from './my-stuff-rows'
import type { NameOf } from './my-stuff-rows'
import { ThingRow } from './my-stuff-thing'
import type { OpenedBy } from './my-stuff-thing'
import styles from './need-help.module.css'

export interface OpenedThing {
  readonly id: string
  readonly by: OpenedBy
  readonly height: number
}

export interface RowsProps {
  readonly nameOf: NameOf
  readonly now: number
  readonly opened: OpenedThing | undefined
  readonly onOpened: (opened: OpenedThing | undefined) => void
  readonly onContact: (itemId: string) => void
}

/** As many rows of a group as are looked over at once; the others fold. */
const FIRST = 5
/** One or two more fold nothing away. */
const FEW = 2

/** A group of My Stuff. `all` shows every row that is loaded. */
export function SectionRows({
  section,
  words,
  all,
  ...rows
}: RowsProps & {
  readonly section: Section
  /** Of a search: the rest is asked for with the same words. */
  readonly words: string
  readonly all: boolean
}) {
  const { t } = useTranslation('customer')
  const id = useId()
  const [unfolded, setUnfolded] = useState(false)
  const folds = !unfolded && !(all && section.rest.length === 0) && section.count > FIRST + FEW
  const most = all ? section.rows.length : FIRST
  const shown = folds ? section.rows.slice(0, most) : section.rows
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h2 id={id}>{t(`groups.${section.id}`)}</h2>
      <ul>
        {shown.map((row) => (
          <StuffRow key={row.id} row={row} {...rows} />
        ))}
      </ul>
      {unfolded && section.rest.length > 0 && <Rest section={section} words={words} {...rows} />}
      {folds && section.count > shown.length && (
        <button
          type="button"
          className={styles.more}
          onClick={() => {
            setUnfolded(true)
          }}
        >
          {t('groups.more', { count: section.count - shown.length })}
          <span className="visually-hidden">, {t(`groups.${section.id}`)}</span>
        </button>
      )}
    </section>
  )
}

type Entry = Item | StuffContact | StuffCase | Letter

const MOST_PAGES = 20

/** What did not come with the first answer: asked for when somebody wants to see it. */
function Rest({
  section,
  words,
  ...rows
}: RowsProps & { readonly section: Section; readonly words: string }) {
  const api = useApi()
  const person = usePersonId()
  const { t } = useTranslation('customer')
  const { data, error, refetch } = useQuery({
    queryKey: ['my-stuff', person, 'rest', section.id, words, section.rest],
    queryFn: async ({ signal }) => {
      const entries: Entry[] = []
      for (const { href, after } of section.rest) {
        let cursor: string | null = after
        for (let page = 0; cursor !== null && page < MOST_PAGES; page++) {
          const address = new URL(href, location.origin)
          address.searchParams.set('after', cursor)
          address.searchParams.set('limit', '100')
          if (words !== '') address.searchParams.set('q', words)
          const path = `${address.pathname.replace(/^\/api\/v1/, '')}${address.search}`
          const more: Page<Entry> = await api.get<Page<Entry>>(path, { signal })
          entries.push(...more.items)
          cursor = more.next
        }
      }
      return entries
    },
  })
  if (error !== null && data === undefined) {
    return <PartFailed error={error} title={t('groups.rest-failed')} onRetry={() => void refetch()} />
  }
  if (data === undefined) return <RowShapes count={3} />
  return (
    <ul>
      {data.map((entry) => {
        const row = rowOf(entry)
        return <StuffRow key={row.id} row={row} {...rows} />
      })}
    </ul>
  )
}

function StuffRow({ row, nameOf, now, opened, onOpened, onContact }: RowsProps & { readonly row: Row }) {
  switch (row.is) {
    case 'thing':
      return (
        <ThingRow
          item={row.item}
          now={now}
          opened={opened?.id === row.id ? opened : undefined}
          onOpen={(by, height) => {
            // Passing over another thing does not close the one that was opened on purpose.
            if (by === 'hover' && opened !== undefined && opened.by !== 'hover') return
            onOpened({ id: row.id, by, height })
          }}
          onClose={() => {
            onOpened(undefined)
          }}
          onContact={() => {
            onContact(row.id)
          }}
        />
      )
    case 'contact':
      return <ContactRow contact={row.contact} nameOf={nameOf} />
    case 'case':
      return <CaseRow opened={row.opened} />
    case 'letter':
      return <LetterRow letter={row.letter} />
  }
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** Arrows go from thing to thing, and among reasons from reason to reason. */
export function Arrows({ children }: { readonly children: ReactNode }) {
  return (
    <div role="presentation" onKeyDown={onArrow}>
      {children}
    </div>
  )
}

function onArrow(event: KeyboardEvent<HTMLDivElement>): void {
  const step = STEPS[event.key]
  const { target, currentTarget } = event
  if (step === undefined || !(target instanceof HTMLElement)) return
  const among = target.dataset.reason !== undefined ? '[data-reason]' : '[data-thing]'
  const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight'
  if (!target.matches(among) || (sideways && among === '[data-thing]')) return
  const all = [...currentTarget.querySelectorAll<HTMLElement>(among)]
  const next = all[all.indexOf(target) + step]
  event.preventDefault()
  next?.focus()
}
