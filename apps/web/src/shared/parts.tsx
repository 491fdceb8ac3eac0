import { Button } from '@mantine/core'
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react'
import { Component, useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { NoAnswer, Problem } from '../api/problem'
import { usePast } from './past'
import styles from './parts.module.css'

export type Tone = 'plain' | 'accent' | 'ok' | 'warn' | 'danger'
export type Density = 'customer' | 'desk'

/** A few words about a state. Not for what is normal. */
export function Tag({
  tone = 'plain',
  density = 'customer',
  children,
}: {
  readonly tone?: Tone
  readonly density?: Density
  readonly children: ReactNode
}) {
  return (
    <span className={styles.tag} data-tone={tone} data-density={density}>
      {children}
    </span>
  )
}

/** A dot beside a word that says the same. */
export function Dot({ tone = 'plain' }: { readonly tone?: Tone }) {
  return <span className={styles.dot} data-tone={tone} aria-hidden="true" />
}

/** Initials, always beside the name. */
export function Avatar({
  name,
  of = 'customer',
}: {
  readonly name: string
  readonly of?: 'customer' | 'staff'
}) {
  const words = name.trim().split(/\s+/)
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
  return (
    <span className={styles.avatar} data-of={of} aria-hidden="true">
      {initials.toLocaleUpperCase()}
    </span>
  )
}

export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd className={styles.kbd}>{children}</kbd>
}

/** The shape of what is on its way. Width and height in px, or a share of the width. */
export function Shape({ width, height }: { readonly width: number | `${number}%`; readonly height: number }) {
  return <span className={styles.shape} style={{ inlineSize: width, blockSize: height }} aria-hidden="true" />
}

/** A number that opens the journeys it counts. */
export function Count({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link to={to} className={styles.count ?? ''}>
      {children}
    </Link>
  )
}

/** Nothing there, not theirs to see, or an address that names nothing at all: all the same to who asks. */
export function isNotThere(error: unknown): boolean {
  return (
    error instanceof Problem &&
    (error.status === 404 || error.status === 403 || error.code === 'request.invalid')
  )
}

/** Says that a part did not load, in its own words; the rest of the page goes on. */
export function PartFailed({
  error,
  title,
  text,
  onRetry,
}: {
  readonly error: unknown
  readonly title?: string
  readonly text?: string
  readonly onRetry?: () => void
}) {
  const { t } = useTranslation('shared')
  const gone = isNotThere(error)
  const code =
    error instanceof Problem ? error.code : error instanceof NoAnswer ? 'connection.none' : 'page.failed'
  return (
    <div className={styles.problem} role="group">
      <IconAlertCircle size={20} stroke={1.75} aria-hidden="true" />
      <div>
        <h2>{gone ? t('problem.gone-title') : (title ?? t('problem.title'))}</h2>
        <p>
          {gone
            ? t('problem.gone')
            : error instanceof NoAnswer
              ? t('problem.offline')
              : (text ?? t('problem.safe'))}
        </p>
        <div className={styles.actions}>
          {!gone && onRetry !== undefined && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={18} stroke={1.75} aria-hidden="true" />}
              onClick={onRetry}
            >
              {t('try-again')}
            </Button>
          )}
          <span className={styles.code}>{t('code', { code })}</span>
        </div>
      </div>
    </div>
  )
}

/** Keeps a fault in one part from taking the page with it. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override readonly state: { readonly error: unknown } = { error: undefined }

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <PartFailed
        error={error}
        onRetry={() => {
          this.setState({ error: undefined })
        }}
      />
    )
  }
}

/** The page's name: title of the window and, on opening, where focus goes. One on each page. */
export function PageTitle({
  children,
  window: windowTitle,
}: {
  readonly children: ReactNode
  readonly window: string
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  // A past moment shown on another page takes neither the window's title nor focus.
  const isPast = usePast() !== undefined
  useEffect(() => {
    if (!isPast) document.title = windowTitle
  }, [windowTitle, isPast])
  useEffect(() => {
    // Only when the page was opened from another one; the first page leaves focus where the browser put it.
    const isOpenedFromWithin = navigatedWithin || location.pathname !== OPENED_AT
    if (isOpenedFromWithin && !isPast) heading.current?.focus({ preventScroll: true })
  }, [isPast])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

let navigatedWithin = false
/** The first change of the address reaches a new page before it reaches the app above it. */
const OPENED_AT = typeof location === 'undefined' ? '' : location.pathname

/** Called by the app at each change of the address. */
export function navigated(): void {
  navigatedWithin = true
}

export interface PillChoice {
  readonly value: string
  readonly label: ReactNode
  readonly icon?: ReactNode
}

/** One of a few, drawn as pills; a native radio group. Nothing is chosen until somebody chooses. */
export function Pills({
  legend,
  hideLegend = false,
  choices,
  value,
  onChoose,
  density = 'customer',
  chosen = 'ink',
}: {
  readonly legend: ReactNode
  readonly hideLegend?: boolean
  readonly choices: readonly PillChoice[]
  readonly value: string | undefined
  readonly onChoose: (value: string) => void
  readonly density?: Density
  /** `soft` for slots and small choices. */
  readonly chosen?: 'ink' | 'soft'
}) {
  const name = useId()
  return (
    <fieldset>
      <legend className={hideLegend ? 'visually-hidden' : undefined}>{legend}</legend>
      <div className={styles.pills} data-density={density} data-chosen={chosen}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.pill}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => {
                onChoose(choice.value)
              }}
            />
            {choice.icon}
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
