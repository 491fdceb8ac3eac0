import { IconFlag } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { FollowUp } from '../api/case'
import type { ContactLine } from '../api/contact'
import type { AgentOffer } from '../api/desk'
import { ChannelIcon } from '../shared/icons'
import { channelNoun } from '../shared/journey-line'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import styles from './desk.module.css'
import { useNow } from './now'
import { byUrgency, keepPlaces, waitingOf } from './waiting'

export interface OfferLine {
  readonly offer: AgentOffer
  /** Who it is and what about, once that is known. */
  readonly about: string
}

/** With you, then what you promised, by due time. A row keeps its place while somebody aims at the list. */
export function useOrder(lines: readonly ContactLine[]): {
  readonly lines: readonly ContactLine[]
  readonly hold: (part: 'pointer' | 'focus', on: boolean) => void
} {
  const [held, setHeld] = useState<Readonly<Record<'pointer' | 'focus', boolean>>>({
    pointer: false,
    focus: false,
  })
  const [places, setPlaces] = useState<readonly string[]>([])
  const holding = held.pointer || held.focus
  const ordered = holding ? keepPlaces(lines, places) : byUrgency(lines)
  const ids = ordered.map(({ id }) => id)
  if (ids.join() !== places.join()) setPlaces(ids)
  return {
    lines: ordered,
    hold: (part, on) => {
      setHeld((before) => (before[part] === on ? before : { ...before, [part]: on }))
    },
  }
}

export function DeskList({
  lines,
  hold,
  failed,
  loading,
  offers,
  followUps,
  selected,
  nameOf,
}: {
  readonly lines: readonly ContactLine[]
  readonly hold: (part: 'pointer' | 'focus', on: boolean) => void
  readonly failed?: { readonly error: unknown; readonly retry: () => void } | undefined
  readonly loading: boolean
  readonly offers: readonly OfferLine[]
  readonly followUps: readonly FollowUp[]
  readonly selected: string | undefined
  readonly nameOf: (id: string | undefined) => string | undefined
}) {
  const { t } = useTranslation('desk')
  return (
    <div
      // It only notices that somebody aims; what can be pressed stands inside.
      role="presentation"
      className={styles.rows}
      onPointerEnter={() => {
        hold('pointer', true)
      }}
      onPointerLeave={() => {
        hold('pointer', false)
      }}
      onFocus={() => {
        hold('focus', true)
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) hold('focus', false)
      }}
    >
      {offers.map(({ offer, about }) => (
        <OfferRow key={offer.id} offer={offer} about={about} />
      ))}
      <section aria-labelledby="desk-with-you">
        <h2 id="desk-with-you" className={styles.listHead}>
          {t('list.with-you')} <span>{lines.length}</span>
        </h2>
        {failed !== undefined && (
          <PartFailed error={failed.error} onRetry={failed.retry} title={t('list.failed')} />
        )}
        {loading ? (
          <div className={styles.shapes} aria-hidden="true">
            {[0, 1, 2].map((each) => (
              <div key={each}>
                <Shape width="60%" height={14} />
                <Shape width="85%" height={12} />
              </div>
            ))}
          </div>
        ) : (
          <ul>
            {lines.map((line) => (
              <ContactRow key={line.id} line={line} here={line.id === selected} />
            ))}
          </ul>
        )}
        {!loading && failed === undefined && lines.length === 0 && (
          <p className={styles.none}>{t('list.nobody')}</p>
        )}
      </section>
      <section aria-labelledby="desk-follow-ups">
        <h2 id="desk-follow-ups" className={styles.listHead}>
          {t('list.follow-ups')} <span>{followUps.length}</span>
        </h2>
        {followUps.length === 0 && <p className={styles.none}>{t('list.no-follow-ups')}</p>}
        <ul>
          {followUps.map((each) => (
            <FollowUpRow key={each.id} followUp={each} name={nameOf(each.customerId)} />
          ))}
        </ul>
      </section>
    </div>
  )
}

/** A contact that is with the agent; also on the time machine's screen of a past moment. */
export function ContactRow({ line, here }: { readonly line: ContactLine; readonly here: boolean }) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const { name = shared('guest'), channel, lastWords, unread = 0, id } = line
  const words = line.state === 'wrapping' ? t('list.wrap-up') : (lastWords?.text ?? line.item?.title ?? '')
  return (
    <li>
      <Link
        to={`/desk/contacts/${id}`}
        className={styles.row ?? ''}
        {...(here && { 'aria-current': 'page' as const })}
      >
        <ChannelIcon channel={channel} size={18} />
        <span className={styles.rowName}>
          <span className="visually-hidden">{channelNoun(channel, shared)}: </span>
          {name}
        </span>
        <span className={styles.rowEnd}>
          {unread > 0 && (
            <span className={styles.unread}>
              {unread}
              <span className="visually-hidden"> {t('list.unread')}</span>
            </span>
          )}
          <Wait line={line} />
        </span>
        <span className={styles.rowWords}>{words}</span>
      </Link>
    </li>
  )
}

function Wait({ line }: { readonly line: ContactLine }) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  const now = useNow()
  const waiting = waitingOf(line, now)
  if (waiting.is === 'nobody') {
    const { lastWords } = line
    return lastWords === undefined ? null : <span className={styles.quiet}>{format.brief(lastWords.at)}</span>
  }
  const { dueBy, since, share, slow } = waiting
  const level = dueBy === undefined || share < 0.75 ? 'fine' : share < 1 ? 'close' : 'late'
  const text =
    level === 'late' && dueBy !== undefined
      ? t('wait.late', { time: format.duration(roundMinute(now - dueBy)) })
      : slow && dueBy !== undefined
        ? t('wait.due', { at: format.brief(dueBy) })
        : level === 'close'
          ? t('wait.close', { clock: format.clock(now - since) })
          : format.clock(now - since)
  return (
    <span className={styles.wait} data-level={level}>
      <span className="visually-hidden">{t('wait.waits')} </span>
      {text}
    </span>
  )
}

// A late clock that runs by seconds only unsettles.
function roundMinute(milliseconds: number): number {
  return milliseconds < 60_000 ? milliseconds : Math.floor(milliseconds / 60_000) * 60_000
}

function FollowUpRow({ followUp, name }: { readonly followUp: FollowUp; readonly name: string | undefined }) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  const now = useNow()
  const { what, dueBy, caseId } = followUp
  const due = Date.parse(dueBy)
  const isLate = due < now
  return (
    <li>
      <Link
        to={caseId === undefined ? '/desk/work' : `/desk/work/cases/${caseId}`}
        className={styles.row ?? ''}
      >
        <IconFlag size={18} stroke={1.75} aria-hidden="true" />
        <span className={styles.rowName}>
          {name === undefined ? t('list.follow-up') : t('list.get-back-to', { name })}
        </span>
        <span className={styles.rowEnd}>
          {isLate ? (
            <span className={styles.wait} data-level="late">
              {t('wait.late', { time: format.duration(roundMinute(now - due)) })}
            </span>
          ) : (
            <span className={styles.quiet}>{dueWord(format.brief(dueBy), format.day(dueBy), due - now)}</span>
          )}
        </span>
        <span className={styles.rowWords}>{what}</span>
      </Link>
    </li>
  )
}

/** `15:00` today, `Tomorrow`, then the date. */
function dueWord(brief: string, day: string, left: number): string {
  return brief.includes(':') || left > 2 * 86_400_000 ? brief : day
}

export function OfferRow({ offer, about }: OfferLine) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const now = useNow()
  return (
    <a className={styles.offerRow} href="#offer" onClick={focusOffer}>
      <ChannelIcon channel={offer.channel} size={18} />
      <span className={styles.rowName}>
        {t('offer.offered', { channel: channelNoun(offer.channel, shared) })}
      </span>
      <span className={styles.rowEnd} aria-hidden="true">
        {format.clock(Date.parse(offer.expiresAt) - now)}
      </span>
      <span className={styles.rowWords}>{about}</span>
    </a>
  )
}

function focusOffer(event: { preventDefault: () => void }): void {
  event.preventDefault()
  document.getElementById('offer')?.focus()
}
