import {
  IconChevronRight,
  IconHelpCircle,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useAbout } from '../api/about'
import { useApi, useSession } from '../api/context'
import { Avatar, navigated } from '../shared/parts'
import { forgetWords } from '../shared/outbox'
import { chooseScheme, useScheme } from '../shared/scheme'
import { chooseLanguage, LANGUAGES } from '../words/words'
import styles from './frame.module.css'

/** The shop's header with its one entry to help, and the page below. */
export function CustomerFrame({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('shared')
  const about = useAbout()
  const session = useSession()
  const [location] = useLocation()
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('skip')}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to="/" className={styles.shop ?? ''}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M12 1a11 11 0 0 1 0 22H3a2 2 0 0 1-2-2v-9A11 11 0 0 1 12 1Z" fill="currentColor" />
            </svg>
            <span>{about?.name ?? t('need-help')}</span>
          </Link>
          {about !== undefined && about.links.length > 0 && (
            <nav className={styles.links} aria-label={about.name}>
              {about.links.map(({ label, href }) => (
                <a key={label} href={href}>
                  {label}
                </a>
              ))}
            </nav>
          )}
          <div className={styles.end}>
            <Link
              to="/"
              className={styles.help ?? ''}
              data-here="true"
              {...(location === '/' && { 'aria-current': 'page' as const })}
            >
              <IconHelpCircle size={20} stroke={1.75} aria-hidden="true" />
              {t('need-help')}
            </Link>
            {session.status === 'in' && <PersonMenu name={session.person.name ?? t('guest')} />}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

/** Two columns from 960 px, one below. `bar` holds the contact button at the bottom of a phone. */
export function CustomerPage({
  children,
  side,
  bar,
  wide = false,
}: {
  readonly children: ReactNode
  readonly side?: ReactNode
  readonly bar?: ReactNode
  /** A broader right column, for feedback. */
  readonly wide?: boolean
}) {
  return (
    <div className={styles.page} data-wide={wide}>
      <div>{children}</div>
      {side !== undefined && <div className={styles.side}>{side}</div>}
      {bar !== undefined && <div className={styles.contactBar}>{bar}</div>}
    </div>
  )
}

export function Panel({
  children,
  tone = 'plain',
  label,
}: {
  readonly children: ReactNode
  readonly tone?: 'plain' | 'accent'
  readonly label?: string
}) {
  return (
    <section className={styles.panel} data-tone={tone} aria-label={label}>
      {children}
    </section>
  )
}

export function PanelPart({ children }: { readonly children: ReactNode }) {
  return <div className={styles.inside}>{children}</div>
}

/** The way back: every part but the last is a link. */
export function Crumbs({
  parts,
}: {
  readonly parts: readonly { readonly label: ReactNode; readonly to?: string }[]
}) {
  const { t } = useTranslation('shared')
  return (
    <nav aria-label={t('back')}>
      <ol className={styles.crumbs}>
        {parts.map(({ label, to }, index) => (
          // A way of places, each at its own step.
          <li key={index} className={styles.crumbs} style={{ margin: 0 }}>
            {index > 0 && <IconChevronRight size={16} stroke={1.75} aria-hidden="true" />}
            {to === undefined ? <span aria-current="page">{label}</span> : <Link to={to}>{label}</Link>}
          </li>
        ))}
      </ol>
    </nav>
  )
}

function PersonMenu({ name }: { readonly name: string }) {
  const { t, i18n } = useTranslation('shared')
  const { session } = useApi()
  const scheme = useScheme()
  const [open, setOpen] = useState(false)
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return undefined
    const outside = ({ target }: Event): void => {
      if (target instanceof Node && place.current?.contains(target) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])
  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }
  return (
    <div
      ref={place}
      className={styles.menu}
      onKeyDown={({ key }) => {
        if (key === 'Escape' && open) close()
      }}
      role="presentation"
    >
      <button
        ref={button}
        type="button"
        className={styles.person}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setOpen(!open)
        }}
      >
        <Avatar name={name} />
        <span>{name}</span>
      </button>
      {open && (
        <div id={id} className={styles.sheet} role="group" aria-label={t('account')}>
          <button
            type="button"
            onClick={() => {
              chooseScheme(scheme === 'dark' ? 'light' : 'dark')
            }}
          >
            {scheme === 'dark' ? (
              <IconSun size={20} stroke={1.75} aria-hidden="true" />
            ) : (
              <IconMoon size={20} stroke={1.75} aria-hidden="true" />
            )}
            {t(scheme === 'dark' ? 'scheme.to-light' : 'scheme.to-dark')}
          </button>
          {LANGUAGES.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={i18n.language === language}
              onClick={() => {
                chooseLanguage(language)
              }}
            >
              <IconLanguage size={20} stroke={1.75} aria-hidden="true" />
              {t(`language.${language}`)}
            </button>
          ))}
          <button
            type="button"
            onClick={() => {
              // What is not sent yet is nobody else's to read on this device.
              forgetWords(session.side)
              navigated()
              void session.signOut()
            }}
          >
            <IconLogout size={20} stroke={1.75} aria-hidden="true" />
            {t('sign-out')}
          </button>
        </div>
      )}
    </div>
  )
}
