import { IconX } from '@tabler/icons-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMedia } from '../shared/media'
import { Shape } from '../shared/parts'
import { AgentPane } from './agent-pane'
import { CustomerPane } from './customer-pane'
import type { Seen } from './data'
import { pageOf } from './page-of'
import { PastFrame } from './past-frame'
import { kindOf } from './stops'
import styles from './replay.module.css'

/** Below it one of three is shown at a time. */
const NARROW = '(max-width: 1099px)'

type Side = 'customer' | 'agent'
type Tab = Side | 'now'
const TABS = ['customer', 'agent', 'now'] as const
const WIDTHS = [390, 1160] as const

/** Her page and the agent's screen at one moment, and beside them what each side knew. */
export function Panes({
  seen,
  names,
  nameOf,
  failed,
  controls,
  children,
}: {
  /** Undefined until the first moment is there; then the last one that was. */
  readonly seen: Seen | undefined
  readonly names: Readonly<Record<Side, string>>
  readonly nameOf: (id: string | undefined) => string | undefined
  /** In place of the screens, where they did not come. */
  readonly failed: ReactNode
  /** Buttons for everything that keys and dragging do. */
  readonly controls: ReactNode
  /** What stands at the right. */
  readonly children: ReactNode
}) {
  const { t } = useTranslation('replay')
  const narrow = useMedia(NARROW)
  const id = useId()
  const [tab, setTab] = useState<Tab>('customer')
  const [width, setWidth] = useState<(typeof WIDTHS)[number]>(390)
  const [full, setFull] = useState<Side>()
  const tabs = useRef<HTMLDivElement>(null)
  const hidden = (which: Tab): boolean => narrow && tab !== which
  const step = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? 'customer'
    setTab(next)
    tabs.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus()
  }
  const panel = (which: Tab) =>
    narrow ? { role: 'tabpanel' as const, id: `${id}-${which}`, 'aria-labelledby': `${id}-tab-${which}` } : {}
  const screen = (which: Side, at: Seen, of: { readonly width?: number } = {}): ReactNode => (
    <PastFrame
      title={t('pane.frame', { pane: names[which] })}
      width={of.width}
      at={Date.parse(at.stop.at)}
      density={which === 'customer' ? 'customer' : 'desk'}
      show={
        which === 'customer'
          ? partOf(at)
          : at.team.contacts.at(-1)?.summary === undefined
            ? 'start'
            : 'wrap-up'
      }
    >
      {which === 'customer' ? (
        <CustomerPane context={at.customer} nameOf={nameOf} />
      ) : (
        <AgentPane context={at.team} nameOf={nameOf} />
      )}
    </PastFrame>
  )
  const shown = (which: Side, of: { readonly width?: number } = {}): ReactNode =>
    failed ??
    (seen === undefined ? (
      <div className={styles.waiting}>
        <Shape width="100%" height={320} />
      </div>
    ) : (
      screen(which, seen, of)
    ))
  return (
    <>
      {narrow && controls}
      {narrow && (
        <div ref={tabs} className={styles.tabs} role="tablist" aria-label={t('pane.tabs')}>
          {TABS.map((which) => (
            <button
              key={which}
              type="button"
              role="tab"
              id={`${id}-tab-${which}`}
              data-tab={which}
              aria-selected={tab === which}
              aria-controls={`${id}-${which}`}
              tabIndex={tab === which ? 0 : -1}
              onClick={() => {
                setTab(which)
              }}
              onKeyDown={step}
            >
              {which === 'now' ? t('pane.now') : names[which]}
            </button>
          ))}
        </div>
      )}
      <div className={styles.panes} data-width={width} data-moment={seen?.stop.position}>
        <section
          className={styles.pane}
          data-of="customer"
          aria-label={names.customer}
          hidden={hidden('customer')}
          {...panel('customer')}
        >
          <div className={styles.paneHead}>
            <h2>{names.customer}</h2>
            <span className={styles.widths} role="group" aria-label={t('pane.width')}>
              {WIDTHS.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={width === each}
                  onClick={() => {
                    setWidth(each)
                  }}
                >
                  {t(each === 390 ? 'pane.phone' : 'pane.wide')}
                </button>
              ))}
            </span>
            <FullButton
              pane={names.customer}
              onOpen={() => {
                setFull('customer')
              }}
            />
          </div>
          {!hidden('customer') && shown('customer', { width })}
        </section>
        <section
          className={styles.pane}
          data-of="agent"
          aria-label={names.agent}
          hidden={hidden('agent')}
          {...panel('agent')}
        >
          <div className={styles.paneHead}>
            <h2>{names.agent}</h2>
            <span className={styles.asItWas}>{t('pane.as-it-was')}</span>
            <FullButton
              pane={names.agent}
              onOpen={() => {
                setFull('agent')
              }}
            />
          </div>
          {!hidden('agent') && shown('agent')}
        </section>
        <div className={styles.now} hidden={hidden('now')} {...panel('now')}>
          {children}
          <p className={styles.small}>
            {t('pane.only-this')} {t('pane.not-recorded')}
          </p>
          {!narrow && controls}
        </div>
      </div>
      {full !== undefined && seen !== undefined && (
        <FullSize
          title={names[full]}
          onClose={() => {
            setFull(undefined)
          }}
        >
          {screen(full, seen, full === 'customer' ? { width } : {})}
        </FullSize>
      )}
    </>
  )
}

/** Where on her page the moment happened. */
function partOf({ stop, customer }: Seen): string {
  if (kindOf(stop.moment).startsWith('Feedback')) return 'feedback'
  if (pageOf(customer).page !== 'conversation') return 'start'
  return customer.contacts.at(-1)?.summary === undefined ? 'end' : 'ended'
}

function FullButton({ pane, onOpen }: { readonly pane: string; readonly onOpen: () => void }) {
  const { t } = useTranslation('replay')
  return (
    <button type="button" className={styles.full} aria-label={t('pane.full-of', { pane })} onClick={onOpen}>
      {t('pane.full')}
    </button>
  )
}

/** One screen over the whole window; the keys still go through the moments. */
function FullSize({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation('replay')
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog ref={dialog} className={styles.fullSize} aria-labelledby={id} onClose={onClose}>
      <div className={styles.paneHead}>
        <h2 id={id}>{title}</h2>
        <span className={styles.asItWas}>{t('pane.as-it-was')}</span>
        <button
          type="button"
          className={styles.close}
          aria-label={t('pane.close')}
          onClick={() => dialog.current?.close()}
        >
          <IconX size={18} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
      {children}
    </dialog>
  )
}
