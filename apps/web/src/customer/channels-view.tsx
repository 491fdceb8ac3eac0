import { Button, Textarea, TextInput } from '@mantine/core'
import { IconChevronDown, IconClock } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '../api/problem'
import type { Offer, OfferedChannel, Slot } from '../api/routing'
import { ChannelIcon } from '../shared/icons'
import type { JourneyFact } from '../shared/journey-facts'
import { channelWord } from '../shared/journey-line'
import { Known } from '../shared/known'
import { NARROW, useMedia } from '../shared/media'
import { PartFailed, Pills, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { Crumbs, CustomerPage, Panel, PanelPart } from './frame'
import { rowsOf, waitWords } from './offer'
import type { Row } from './offer'
import { momentIn } from './say'
import styles from './channels.module.css'

interface Refused {
  readonly channel: string
  readonly error: unknown
  readonly again: () => void
}

export interface ChannelsViewProps {
  readonly title: ReactNode
  /** As she saw it first, and as it is now; undefined while it loads. */
  readonly first: Offer | undefined
  readonly now: Offer | undefined
  readonly quicker: string | undefined
  readonly thing: { readonly id?: string; readonly title: string } | undefined
  readonly facts: readonly JourneyFact[] | undefined
  readonly failed?: unknown
  readonly onRetry?: () => void
  readonly words: string
  readonly onWords: (words: string) => void
  /** Last digits of the number we call. */
  readonly number: string | undefined
  readonly phone: string
  /** Absent while nobody knows yet whether a number is known. */
  readonly onPhone: ((phone: string) => void) | undefined
  readonly starting: string | undefined
  readonly refused: Refused | undefined
  readonly onStart: (channel: string, slot?: Slot) => void
  readonly readOnly?: boolean
}

/** The channels there are for a journey, with what goes along. */
export function ChannelsView(props: ChannelsViewProps) {
  const { title, first, now, quicker, thing, facts, failed, onRetry, readOnly = false } = props
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const offered = now !== undefined && now.channels.length > 0
  return (
    <CustomerPage side={<PassedOn {...props} />}>
      <Crumbs
        parts={[
          { label: shared('need-help'), to: '/' },
          ...(thing === undefined
            ? []
            : [{ label: thing.title, ...(thing.id !== undefined && { to: `/things/${thing.id}` }) }]),
          { label: shared('contact-us') },
        ]}
      />
      {title}
      {failed !== undefined && failed !== null ? (
        <div className={styles.rows}>
          <PartFailed
            error={failed}
            title={t('channels.failed')}
            text={t('channels.failed-text')}
            {...(onRetry && { onRetry })}
          />
        </div>
      ) : (
        <>
          <p className={styles.why}>
            {now === undefined ? <Shape width="70%" height={20} /> : t(`channels.why.${whyOf(now)}`)}
          </p>
          {quicker !== undefined && (
            <p className={styles.quicker}>
              <IconClock size={20} stroke={1.75} aria-hidden="true" />
              {t('channels.quicker', { channel: channelWord(quicker, shared) })}
            </p>
          )}
          <ul className={styles.rows} aria-busy={now === undefined} aria-label={t('channels.list')}>
            {first === undefined || now === undefined
              ? [0, 1, 2].map((row) => <LoadingRow key={row} best={row === 0} />)
              : rowsOf(first, now).map((row) => (
                  <ChannelRow key={row.channel} row={row} page={props} readOnly={readOnly} />
                ))}
          </ul>
          {now === undefined && <p className={styles.measured}>&nbsp;</p>}
          {now !== undefined && <Closed offer={now} />}
          {now !== undefined && offered && (
            <p className={styles.measured}>
              {t('channels.measured', { at: format.time(now.at) })}
              {keptOf(now) !== undefined && ` ${t('channels.kept', { kept: keptOf(now) ?? 0 })}`}
            </p>
          )}
        </>
      )}
      {facts === undefined && <span className="visually-hidden">{t('channels.loading')}</span>}
    </CustomerPage>
  )
}

function whyOf({ channels, level, shortfall }: Offer): 'none' | 'shortfall' | 'urgent' | 'slow' | 'usual' {
  if (channels.length === 0) return 'none'
  if (shortfall !== null && shortfall !== undefined) return 'shortfall'
  if (channels.every(({ pace }) => pace === 'slow')) return 'slow'
  return level.urgency === 'critical' || level.urgency === 'high' ? 'urgent' : 'usual'
}

/** Of a hundred promises of the last seven days. */
function keptOf({ channels }: Offer): number | undefined {
  const sums = channels.reduce(
    (sum, { kept }) => (kept === null ? sum : { kept: sum.kept + kept.kept, of: sum.of + kept.of }),
    { kept: 0, of: 0 },
  )
  return sums.of === 0 ? undefined : Math.round((100 * sums.kept) / sums.of)
}

function ChannelRow({
  row: { channel, now, best },
  page,
  readOnly,
}: {
  readonly row: Row
  readonly page: ChannelsViewProps
  readonly readOnly: boolean
}) {
  const { starting, refused, onStart, number, phone, onPhone } = page
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const [chosen, setChosen] = useState<string>()
  const [asked, setAsked] = useState(false)
  const slots = now?.slots ?? []
  const slot = slots.find(({ from }) => from === chosen) ?? slots[0]
  const name = channelWord(channel, shared)
  const wantsNumber = channel === 'callback' && number === undefined && onPhone !== undefined
  const start = (): void => {
    if (wantsNumber && phone.trim() === '') setAsked(true)
    else onStart(channel, slot)
  }
  const failed = refused?.channel === channel ? refused : undefined
  return (
    <li className={styles.row} data-best={best} data-shut={now === undefined}>
      <span className={styles.icon}>
        <ChannelIcon channel={channel} size={22} />
      </span>
      <div className={styles.what}>
        <h2>
          {name}
          {best && (
            <span className={styles.best}>
              <Tag tone="accent">{t('channels.best')}</Tag>
            </span>
          )}
        </h2>
        <p>
          {now === undefined
            ? t('channels.shut-now')
            : channel === 'callback' && number !== undefined
              ? t('channels.about.callback-number', { number })
              : t(`channels.about.${aboutOf(now)}`)}
        </p>
        {failed !== undefined && <NotStarted refused={failed} />}
      </div>
      <div className={styles.wait}>
        {now !== undefined && (
          <>
            <span className={styles.time}>{timeOf(now, slot)}</span>
            <span className={styles.until}>
              {slots.length > 0
                ? t('channels.pick')
                : now.until === null
                  ? !readOnly && t('channels.any-time')
                  : t('channels.until', { at: untilOf(now.until) })}
            </span>
          </>
        )}
      </div>
      <div className={styles.start}>
        {now !== undefined && (
          <Button
            fullWidth
            variant={best ? 'filled' : 'default'}
            aria-disabled={starting !== undefined}
            onClick={start}
          >
            {t(`${starting === channel ? 'channels.starting' : 'channels.start'}.${verbOf(channel)}`)}
          </Button>
        )}
      </div>
      {(slots.length > 0 || wantsNumber) && (
        <div className={styles.extra}>
          {slots.length > 0 && (
            <div>
              <Pills
                legend={t('channels.slots')}
                hideLegend
                chosen="soft"
                choices={slots.map(({ from }, place) => ({
                  value: from,
                  label: slotWords(from, slots[place - 1]?.from),
                }))}
                value={slot?.from}
                onChoose={setChosen}
              />
            </div>
          )}
          {wantsNumber && (
            <TextInput
              className={styles.number ?? ''}
              type="tel"
              autoComplete="tel"
              label={t('channels.number')}
              value={phone}
              readOnly={readOnly}
              error={asked && phone.trim() === '' ? t('channels.number-missing') : undefined}
              onChange={({ currentTarget }) => {
                onPhone(currentTarget.value)
              }}
            />
          )}
        </div>
      )}
    </li>
  )

  function timeOf(offered: OfferedChannel, picked: Slot | undefined): string {
    if (picked !== undefined) return t('channels.from', { at: untilOf(picked.from) })
    if (offered.pace !== 'immediate' && offered.answerBy !== null) {
      return t('channels.by', { at: momentIn(format, offered.answerBy) })
    }
    if (offered.wait !== null) return waitWords(offered.wait, format, (key, values) => t(key, values))
    return offered.answerBy === null ? '' : t('channels.by', { at: momentIn(format, offered.answerBy) })
  }

  /** The day once for all its times. */
  function slotWords(at: string, before: string | undefined): ReactNode {
    if (before === undefined || format.day(before) !== format.day(at)) return format.moment(at)
    return (
      <>
        <span className="visually-hidden">{format.day(at)} </span>
        {format.time(at)}
      </>
    )
  }

  function untilOf(at: string): string {
    const day = format.day(at)
    return day === shared('time.today') ? format.time(at) : momentIn(format, at)
  }
}

const ABOUT = ['chat', 'phone', 'callback', 'message'] as const

function aboutOf({ channel, because }: OfferedChannel): (typeof ABOUT)[number] | 'guarantee' | 'other' {
  if (because.includes('guarantee') || because.includes('wait-waived')) return 'guarantee'
  return ABOUT.find((each) => each === channel) ?? 'other'
}

function verbOf(channel: string): (typeof ABOUT)[number] | 'other' {
  return ABOUT.find((each) => each === channel) ?? 'other'
}

function NotStarted({ refused: { error, again } }: { readonly refused: Refused }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const code = error instanceof Problem ? error.code : 'connection.none'
  const shut = code === 'contact.channel-not-offered'
  return (
    <p className={styles.refused} role="alert">
      {t(shut ? 'channels.just-shut' : error instanceof Problem ? 'channels.refused' : 'channels.offline')}{' '}
      {!shut && (
        <button type="button" onClick={again}>
          {shared('try-again')}
        </button>
      )}
      <span>{shared('code', { code })}</span>
    </p>
  )
}

/** What is shut is said once, with when it opens. */
function Closed({ offer }: { readonly offer: Offer }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const shut = offer.notOffered.filter(
    ({ because }) => !because.includes('inactive') && !because.includes('level'),
  )
  return (
    <ul className={styles.closed}>
      {shut.map(({ channel, opensAt, because }) => {
        const name = channelWord(channel, shared)
        const busy = because.includes('waitLimit') || because.includes('backlogLimit')
        return (
          <li key={channel}>
            <ChannelIcon channel={channel} size={18} />
            {opensAt === null
              ? t(busy ? 'channels.closed.busy' : 'channels.closed.nobody', { channel: name })
              : t(channel === 'callback' ? 'channels.closed.opens-callback' : 'channels.closed.opens', {
                  channel: name,
                  at: momentIn(format, opensAt),
                })}
          </li>
        )
      })}
    </ul>
  )
}

function PassedOn({ facts, words, onWords, readOnly = false }: ChannelsViewProps) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const [open, setOpen] = useState(false)
  const narrow = useMedia(NARROW)
  return (
    <Panel label={t('channels.pass-on')}>
      <div className={styles.passOn} data-open={open}>
        <h2 className={styles.passOnHead}>
          {narrow ? (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => {
                setOpen(!open)
              }}
            >
              <span>{t('channels.pass-on')}</span>
              <IconChevronDown size={20} stroke={1.75} aria-hidden="true" />
            </button>
          ) : (
            t('channels.pass-on')
          )}
        </h2>
        <p className={styles.first}>{t('channels.pass-on-who')}</p>
        <p className={styles.short}>{facts?.map(({ label }) => label).join(', ')}</p>
        <div className={styles.facts}>
          {facts === undefined ? (
            [180, 220, 160].map((width) => <Shape key={width} width={width} height={40} />)
          ) : facts.length === 0 ? (
            <p>{t('channels.nothing-known')}</p>
          ) : (
            <Known facts={facts} />
          )}
        </div>
      </div>
      <div className={styles.add}>
        <PanelPart>
          <Textarea
            label={
              <>
                {t('channels.add')} <span className={styles.optional}>{shared('optional')}</span>
              </>
            }
            value={words}
            readOnly={readOnly}
            maxLength={8000}
            onChange={({ currentTarget }) => {
              onWords(currentTarget.value)
            }}
          />
        </PanelPart>
      </div>
    </Panel>
  )
}

function LoadingRow({ best }: { readonly best: boolean }) {
  return (
    <li className={styles.row} data-best={best}>
      <span className={styles.icon} />
      <div className={styles.what}>
        <span className={styles.toCome}>
          <Shape width={120} height={20} />
        </span>
        <span className={styles.textToCome}>
          <Shape width="90%" height={16} />
        </span>
      </div>
      <div className={styles.wait}>
        <span className={styles.toCome}>
          <Shape width={90} height={20} />
        </span>
        <span className={styles.toCome} />
      </div>
      <div className={styles.start}>
        <Shape width="100%" height={42} />
      </div>
    </li>
  )
}
