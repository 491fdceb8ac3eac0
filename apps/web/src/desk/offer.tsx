import { Button } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AgentOffer } from '../api/desk'
import type { JourneyContext } from '../api/journey'
import { firstName, useNames } from '../api/names'
import { ChannelIcon } from '../shared/icons'
import { factsOf, reasonWords, triedOf } from '../shared/journey-facts'
import { channelNoun, inSentence, lineOf, peopleOf } from '../shared/journey-line'
import { Known } from '../shared/known'
import { Line } from '../shared/line'
import { Kbd, PartFailed, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { KeyHint } from './keys-shown'
import styles from './offer.module.css'
import { useNow } from './now'

/** Offers stand for so long, in milliseconds; only the bar's length depends on it. */
const WHOLE = 30_000
const LINE_LENGTH = 6

export type OfferState =
  | { readonly is: 'open' }
  | { readonly is: 'answering' }
  /** Answered: the same facts stay in the same place until they were read. */
  | { readonly is: 'yours' }

/** An offered contact: what she needs, what is known, what led here, before anybody answers (C13, C14, C18). */
export function OfferSheet({
  offer,
  context,
  error,
  me,
  state,
  onAnswer,
  onDecline,
  onRead,
}: {
  readonly offer: AgentOffer
  readonly context: JourneyContext | undefined
  readonly error: unknown
  readonly me: string
  readonly state: OfferState
  readonly onAnswer: () => void
  readonly onDecline: () => void
  readonly onRead: () => void
}) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const now = useNow()
  const left = Math.max(0, Date.parse(offer.expiresAt) - now)
  const name = useNames(context === undefined ? [] : peopleOf(context))
  const channel = channelNoun(offer.channel, shared)
  const isUrgent = offer.level !== undefined && offer.level.urgency !== 'normal'
  return (
    <section id="offer" className={styles.sheet} tabIndex={-1} aria-label={t('offer.offered', { channel })}>
      {state.is !== 'yours' && (
        <span className={styles.bar} aria-hidden="true">
          <span style={{ inlineSize: `${String(Math.min(100, (left / WHOLE) * 100))}%` }} />
        </span>
      )}
      <div className={styles.body}>
        <div className={styles.who}>
          <p className={styles.kind}>
            <ChannelIcon channel={offer.channel} size={18} />
            {state.is === 'yours' ? t('offer.yours', { channel }) : t('offer.for-you', { channel })}
            {isUrgent && (
              <span className={styles.urgent}>
                <Tag tone="danger" density="desk">
                  {t('offer.urgent')}
                </Tag>
              </span>
            )}
          </p>
          {context === undefined ? (
            error === undefined ? (
              <div className={styles.shapes} aria-hidden="true">
                <Shape width="90%" height={22} />
                <Shape width="60%" height={16} />
                <Shape width="70%" height={16} />
              </div>
            ) : (
              <PartFailed error={error} title={t('offer.failed')} text={t('offer.failed-text')} />
            )
          ) : (
            <>
              <p className={styles.need}>{needOf(context, t)}</p>
              <Known
                density="desk"
                facts={factsOf(context, {
                  viewer: 'staff',
                  t: shared,
                  format,
                  contactId: offer.contactId,
                  tried: false,
                })}
              />
            </>
          )}
        </div>
        <div className={styles.led}>
          <h2>{t('offer.what-led-here')}</h2>
          {context === undefined ? (
            <div className={styles.shapes} aria-hidden="true">
              {(['70%', '55%', '65%'] as const).map((width) => (
                <Shape key={width} width={width} height={14} />
              ))}
            </div>
          ) : (
            <Line
              density="desk"
              label={t('offer.what-led-here')}
              moments={lineOf(context, { viewer: 'staff', t: shared, format, name, me, most: LINE_LENGTH })}
            />
          )}
        </div>
      </div>
      <div className={styles.foot}>
        {state.is === 'yours' ? (
          <>
            <span className={styles.hint}>{t('offer.yours-hint')}</span>
            <span className={styles.actions}>
              <Button variant="default" onClick={onRead} rightSection={<Kbd>Esc</Kbd>}>
                {t('offer.read')}
              </Button>
            </span>
          </>
        ) : (
          <>
            <span className={styles.hint}>{t('offer.back-in', { time: format.clock(left) })}</span>
            <span className={styles.typing}>{t('offer.typing')}</span>
            <span className={styles.actions}>
              <Button
                variant="default"
                onClick={onDecline}
                disabled={state.is === 'answering'}
                rightSection={<KeyHint of="decline" />}
              >
                {t('offer.not-now')}
              </Button>
              <Button
                onClick={onAnswer}
                disabled={state.is === 'answering'}
                rightSection={<KeyHint of="answer" />}
              >
                {state.is === 'answering' ? t('offer.answering') : t('offer.answer')}
              </Button>
            </span>
          </>
        )}
      </div>
    </section>
  )
}

type Say = ReturnType<typeof useTranslation<'desk'>>['t']

/** One sentence of what the person needs. */
export function needOf(context: JourneyContext, t: Say): string {
  const { item, reason, person } = context
  const name = person.name === undefined ? t('offer.somebody') : firstName(person.name)
  const failed = triedOf(context).filter(({ helped }) => helped === false).length
  const tried = failed === 0 ? '' : ` ${t('offer.tried', { count: failed })}`
  const about =
    reason === undefined
      ? item === undefined
        ? t('offer.needs-help', { name })
        : t('offer.needs-help-with', { name, thing: item.title })
      : item === undefined
        ? t('offer.needs-reason', { name, reason: inSentence(reasonWords(reason)) })
        : t('offer.needs', { name, thing: item.title, reason: inSentence(reasonWords(reason)) })
  return about + tried
}

/** Somebody else was faster, the time was over, or it was taken back. */
export function OfferGone({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}) {
  return (
    <section className={styles.gone} role="status">
      <IconUsers size={20} stroke={1.75} aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        <div className={styles.goneActions}>{children}</div>
      </div>
    </section>
  )
}
