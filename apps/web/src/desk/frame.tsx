import {
  IconBook,
  IconChartBar,
  IconGauge,
  IconHeadset,
  IconHistory,
  IconLanguage,
  IconListCheck,
  IconLogout,
  IconMoon,
  IconRoute,
  IconSun,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useApi } from '../api/context'
import type { Person } from '../api/session'
import { PageTitle } from '../shared/parts'
import { forgetWords } from '../shared/outbox'
import { chooseScheme, useScheme } from '../shared/scheme'
import { chooseLanguage } from '../words/words'
import styles from './frame.module.css'

const PLACES = [
  { name: 'desk', to: '/desk', icon: IconHeadset, roles: ['agent'] },
  { name: 'work', to: '/desk/work', icon: IconListCheck, roles: ['agent', 'supervisor'] },
  {
    name: 'knowledge',
    to: '/desk/knowledge',
    icon: IconBook,
    roles: ['knowledge-owner', 'supervisor', 'administrator'],
  },
  { name: 'board', to: '/desk/board', icon: IconGauge, roles: ['supervisor'] },
  { name: 'policy', to: '/desk/policy', icon: IconRoute, roles: ['supervisor', 'administrator'] },
  {
    name: 'insight',
    to: '/desk/insight',
    icon: IconChartBar,
    roles: ['analyst', 'supervisor', 'knowledge-owner', 'administrator'],
  },
  { name: 'replay', to: '/desk/replay', icon: IconHistory, roles: ['supervisor', 'analyst'] },
] as const

export type Place = (typeof PLACES)[number]

/** Where somebody with these roles works, the main place first. */
export function placesOf({ roles }: Person): readonly Place[] {
  return PLACES.filter((place) => place.roles.some((role) => roles.includes(role)))
}

/** The rail at the left, or below on a phone. */
export function StaffFrame({
  person,
  badges = {},
  children,
}: {
  readonly person: Person
  /** How much waits at a place. */
  readonly badges?: Readonly<Partial<Record<Place['name'], number>>>
  readonly children: ReactNode
}) {
  const { t, i18n } = useTranslation('shared')
  const { session } = useApi()
  const scheme = useScheme()
  const [location] = useLocation()
  const other = i18n.language === 'pt' ? 'en' : 'pt'
  return (
    <div className={styles.frame}>
      <nav className={styles.rail} aria-label={t('rail.label')}>
        <svg className={styles.mark} viewBox="0 0 32 32" aria-hidden="true">
          <circle cx="16" cy="7" r="5" fill="var(--accent)" />
          <path d="M16 11v8" stroke="var(--accent)" strokeWidth="3" strokeLinecap="round" />
          <rect x="10" y="18" width="12" height="11" rx="3" fill="var(--accent)" />
        </svg>
        <ul>
          {placesOf(person).map(({ name, to, icon: Icon }) => {
            const here =
              to === '/desk'
                ? location === to || location.startsWith('/desk/contacts')
                : location.startsWith(to)
            const waiting = badges[name] ?? 0
            return (
              <li key={name}>
                <Link
                  to={to}
                  className={styles.item ?? ''}
                  aria-label={waiting > 0 ? `${t(`rail.${name}`)}, ${String(waiting)}` : t(`rail.${name}`)}
                  {...(here && { 'aria-current': 'page' as const })}
                >
                  <Icon size={20} stroke={1.75} aria-hidden="true" />
                  {waiting > 0 && (
                    <span className={styles.badge} aria-hidden="true">
                      {waiting}
                    </span>
                  )}
                  <span className={styles.tip} aria-hidden="true">
                    {t(`rail.${name}`)}
                  </span>
                </Link>
              </li>
            )
          })}
        </ul>
        <div className={styles.rest}>
          <RailButton
            label={t(scheme === 'dark' ? 'scheme.to-light' : 'scheme.to-dark')}
            onClick={() => {
              chooseScheme(scheme === 'dark' ? 'light' : 'dark')
            }}
          >
            {scheme === 'dark' ? (
              <IconSun size={20} stroke={1.75} aria-hidden="true" />
            ) : (
              <IconMoon size={20} stroke={1.75} aria-hidden="true" />
            )}
          </RailButton>
          <RailButton
            label={t(`language.${other}`)}
            onClick={() => {
              chooseLanguage(other)
            }}
          >
            <IconLanguage size={20} stroke={1.75} aria-hidden="true" />
          </RailButton>
          <RailButton
            label={t('sign-out')}
            onClick={() => {
              forgetWords(session.side)
              void session.signOut()
            }}
          >
            <IconLogout size={20} stroke={1.75} aria-hidden="true" />
          </RailButton>
        </div>
      </nav>
      <main className={styles.content} id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

function RailButton({
  label,
  onClick,
  children,
}: {
  readonly label: string
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  return (
    <button type="button" className={styles.item} aria-label={label} onClick={onClick}>
      {children}
      <span className={styles.tip} aria-hidden="true">
        {label}
      </span>
    </button>
  )
}

/** The bar on top of a staff page: its name, what is said beside it, and what can be done. */
export function TopBar({
  title,
  children,
  actions,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <div className={styles.top}>
      <PageTitle window={title}>{title}</PageTitle>
      {children}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

/** A panel of a staff page, with its heading and a hint beside it. */
export function StaffPanel({
  title,
  hint,
  aside,
  children,
}: {
  readonly title: string
  readonly hint?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className={styles.panel} aria-label={title}>
      <div className={styles.panelHead}>
        <h2>{title}</h2>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
        {aside !== undefined && <span className={styles.actions}>{aside}</span>}
      </div>
      {children}
    </section>
  )
}

/** The one sentence on top of board and insight. */
export function Statement({ children }: { readonly children: ReactNode }) {
  return <p className={styles.statement}>{children}</p>
}
