import { Button, Textarea } from '@mantine/core'
import { IconMessageCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Case, CaseStep } from '../api/case'
import type { JourneyContext } from '../api/journey'
import { firstName } from '../api/names'
import { inLine } from '../shared/journey-line'
import type { TimedMoment } from '../shared/journey-line'
import { Line } from '../shared/line'
import type { LineMoment } from '../shared/line'
import { NARROW, useMedia } from '../shared/media'
import { useFormat } from '../words/format'
import { openPromises, stagesOf } from './case-line'
import type { Stage } from './case-line'
import { Crumbs, CustomerPage, Panel } from './frame'
import { momentIn } from './say'
import styles from './case.module.css'

export interface CaseViewProps {
  readonly kase: Case
  readonly title: ReactNode
  /** Of the journey it came from: what was read, and how it began. */
  readonly context: JourneyContext | undefined
  readonly name: (id: string | undefined) => string | undefined
  readonly settling?: boolean
  readonly settleFailed?: unknown
  readonly onSettle?: (how: 'solved' | 'reopened', words: string, done: () => void) => void
  readonly onContact?: () => void
  readonly contacting?: boolean
  readonly contactFailed?: unknown
  readonly feedback?: ReactNode
  readonly readOnly?: boolean
}

export function CaseView(props: CaseViewProps) {
  const { kase, title, feedback, readOnly = false } = props
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const narrow = useMedia(NARROW)
  const { item, reference } = kase
  return (
    <CustomerPage
      wide
      side={
        <>
          {feedback}
          {!narrow && !readOnly && (
            <Panel label={t('case.something-new')}>
              <div className={styles.again}>
                <h2>{t('case.something-new')}</h2>
                <p>{t('case.picks-up')}</p>
                <ContactAbout {...props} />
              </div>
            </Panel>
          )}
        </>
      }
      bar={narrow && !readOnly && <ContactAbout {...props} />}
    >
      <Crumbs
        parts={[
          { label: shared('need-help'), to: '/' },
          ...(item === undefined ? [] : [{ label: item.title, to: `/things/${item.id}` }]),
          { label: t('case.number', { reference }) },
        ]}
      />
      {title}
      <NextPanel {...props} />
      <h2 className={styles.soFar}>{t('case.so-far')}</h2>
      <SoFar {...props} />
    </CustomerPage>
  )
}

function ContactAbout({ kase, onContact, contacting = false, contactFailed }: CaseViewProps) {
  const { t } = useTranslation('conversation')
  return (
    <>
      <Button
        fullWidth
        aria-disabled={contacting}
        leftSection={<IconMessageCircle size={20} stroke={1.75} aria-hidden="true" />}
        onClick={onContact}
      >
        {t('case.contact', { reference: kase.reference })}
      </Button>
      {contactFailed !== undefined && contactFailed !== null && (
        <p className={styles.wrong} role="alert">
          {t('case.contact-failed')}
        </p>
      )}
    </>
  )
}

/** What happens next, in one sentence, with the one thing she can do; then the stages. */
function NextPanel(props: CaseViewProps) {
  const { kase, name } = props
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const staff = name(kase.staffId)
  const { next, status, resolution } = kase
  const stages = stagesOf(kase)
  const sentence =
    status === 'resolved'
      ? t('case.solved-at', { at: momentIn(format, resolution?.at ?? kase.changedAt) })
      : next === undefined
        ? t('case.no-date')
        : next.missed
          ? t('case.next-missed', { what: next.what })
          : next.what
  const more =
    status === 'resolved'
      ? resolution?.words
      : next === undefined
        ? staff === undefined
          ? t('case.somebody-has-it')
          : t('case.has-it', { name: firstName(staff) })
        : next.missed
          ? t('case.missed-by', { at: momentIn(format, next.by) })
          : t('case.promised-by', { at: momentIn(format, next.by) })
  return (
    <div className={styles.next}>
      <div className={styles.nextHead}>
        <div>
          <p className={styles.quiet}>{t(status === 'resolved' ? 'case.result' : 'case.next')}</p>
          <h2 data-missed={next?.missed === true && status === 'open'}>{sentence}</h2>
          {more !== undefined && <p className={styles.more}>{more}</p>}
        </div>
        <Settle {...props} />
      </div>
      <Line label={t('case.stages')} moments={stages.map(stageShown)} across />
    </div>
  )

  function stageShown(stage: Stage, index: number): LineMoment {
    const dotted = index >= stages.findIndex(({ what }) => what === 'next' || what === 'working-on-it')
    const id = stage.what
    switch (stage.what) {
      case 'told':
        return { id, mark: 'customer', label: t('case.stage.told'), detail: format.date(stage.at) }
      case 'looked-into':
        return { id, mark: 'us', label: t('case.stage.looked-into'), detail: format.date(stage.at) }
      case 'solved':
        return { id, mark: 'us', label: t('case.stage.solved'), detail: format.date(stage.at) }
      case 'working-on-it':
        return { id, mark: 'now', label: t('case.stage.working'), dotted }
      case 'next':
        return {
          id,
          mark: 'now',
          label: stage.words,
          detail: format.date(stage.at),
          dotted,
          ...(stage.missed && { state: 'missed' as const }),
        }
      case 'confirm':
        return { id, mark: 'promise', label: t('case.stage.solved'), detail: t('case.stage.you-confirm') }
    }
  }
}

/** She may say that it is solved, or that it is not after all. */
function Settle({ kase, onSettle, settling = false, settleFailed, readOnly = false }: CaseViewProps) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const [asks, setAsks] = useState(false)
  const [why, setWhy] = useState('')
  const [missing, setMissing] = useState(false)
  const failed = settleFailed !== undefined && settleFailed !== null
  if (readOnly || onSettle === undefined) return null
  const wrong = failed && (
    <p className={styles.wrong} role="alert">
      {t('case.not-settled')}
    </p>
  )
  if (kase.status === 'open') {
    return (
      <div className={styles.settle}>
        <Button
          variant="default"
          aria-disabled={settling}
          onClick={() => {
            onSettle('solved', t('case.solved-words'), () => undefined)
          }}
        >
          {t(settling ? 'case.solving' : 'case.solved')}
        </Button>
        {wrong}
      </div>
    )
  }
  if (!asks) {
    return (
      <div className={styles.settle}>
        <Button
          variant="default"
          onClick={() => {
            setAsks(true)
          }}
        >
          {t('case.not-solved')}
        </Button>
      </div>
    )
  }
  return (
    <form
      className={styles.reopen}
      onSubmit={(event) => {
        event.preventDefault()
        if (why.trim() === '') setMissing(true)
        else {
          onSettle('reopened', why.trim(), () => {
            setAsks(false)
            setWhy('')
          })
        }
      }}
    >
      <Textarea
        label={t('case.what-is-wrong')}
        value={why}
        maxLength={2000}
        // Her press opened it for this.
        data-autofocus
        error={missing && why.trim() === '' ? t('case.what-is-wrong-missing') : undefined}
        onChange={({ currentTarget }) => {
          setWhy(currentTarget.value)
        }}
      />
      <div className={styles.buttons}>
        <Button
          variant="subtle"
          onClick={() => {
            setAsks(false)
          }}
        >
          {shared('cancel')}
        </Button>
        <Button variant="default" type="submit" aria-disabled={settling}>
          {t('case.reopen')}
        </Button>
      </div>
      {wrong}
    </form>
  )
}

/** Contacts, promises, news and what was read, newest first; what is promised and not kept yet stands above. */
function SoFar({ kase, context, name }: CaseViewProps) {
  const { t } = useTranslation('conversation')
  const format = useFormat()
  const promised: LineMoment[] = openPromises(kase)
    .toReversed()
    .map(({ what, by }) => ({
      id: `promised ${what} ${by}`,
      mark: 'promise',
      label: t('case.promised', { what, at: momentIn(format, by) }),
      dotted: true,
    }))
  const moments: TimedMoment[] = [
    ...kase.timeline.flatMap((step, index) => stepShown(step, `step:${String(index)}`)),
    ...(context?.readings ?? []).map(({ id, at, title, helped }) => ({
      id: `reading:${id}`,
      at,
      mark: 'article' as const,
      label: t('case.read', { title }),
      detail:
        helped === undefined
          ? format.moment(at)
          : t(helped ? 'case.helped' : 'case.did-not-help', { at: format.moment(at) }),
    })),
    ...(context === undefined
      ? []
      : [
          {
            id: 'start',
            at: context.startedAt,
            mark: 'customer' as const,
            label:
              context.item === undefined
                ? t('case.started')
                : t('case.started-from', { thing: context.item.title }),
            detail: format.moment(context.startedAt),
          },
        ]),
  ]
  return <Line label={t('case.so-far')} moments={[...promised, ...inLine(moments).map(strong)]} />

  function stepShown(step: CaseStep, id: string): readonly TimedMoment[] {
    const { at } = step
    const when = format.moment(at)
    switch (step.what) {
      case 'contact':
        return contactShown(step, id)
      case 'progress':
        return [{ id, at, mark: 'us', label: step.note, detail: when }]
      case 'promise-kept':
        return [
          {
            id,
            at,
            mark: 'us',
            label: step.promise,
            detail:
              step.by === undefined
                ? t('case.kept', { at: when })
                : t(at > step.by ? 'case.kept-late' : 'case.kept-by', {
                    at: when,
                    by: momentIn(format, step.by),
                  }),
          },
        ]
      case 'promise-missed':
        return [
          {
            id,
            at,
            mark: 'promise',
            state: 'missed',
            label: step.promise,
            detail: t('case.missed', { by: momentIn(format, step.by) }),
          },
        ]
      case 'resolved':
        return [
          {
            id,
            at,
            mark: step.staffId === undefined ? 'customer' : 'us',
            label: t(step.staffId === undefined ? 'case.you-solved' : 'case.we-solved'),
            detail: withWords(when, step.staffId === undefined ? undefined : step.words),
          },
        ]
      case 'reopened':
        return [
          {
            id,
            at,
            mark: step.by === 'staff' ? 'us' : 'customer',
            label: t('case.reopened'),
            detail: withWords(when, step.why),
          },
        ]
      case 'assigned':
        return []
    }
  }

  function contactShown(
    step: Extract<CaseStep, { readonly what: 'contact' }>,
    id: string,
  ): readonly TimedMoment[] {
    const full = name(step.agentId)
    const who = full === undefined ? undefined : firstName(full)
    const channel = channelKey(step.channel)
    const began = step.requestedAt ?? step.at
    const over = step.endedAt ?? step.at
    const lasted =
      step.connectedAt === undefined ? undefined : Date.parse(over) - Date.parse(step.connectedAt)
    return [
      {
        id: `${id}:sum`,
        at: step.at,
        mark: 'us',
        label: who === undefined ? t('case.summed-up-nobody') : t('case.summed-up', { name: who }),
        detail: withWords(format.moment(step.at), step.words),
      },
      {
        id: `${id}:talk`,
        at: began,
        mark: 'customer',
        label:
          who === undefined ? t(`case.talked-nobody.${channel}`) : t(`case.talked.${channel}`, { name: who }),
        detail: (
          <>
            {format.moment(began)}
            {lasted !== undefined && lasted >= 1_000 && `, ${format.duration(lasted)}`}.{' '}
            <Link to={`/contacts/${step.contactId}`}>{t('case.read-conversation')}</Link>
          </>
        ),
      },
    ]
  }
}

/** What happened stands out; when and how is below it. */
function strong({ at: _, label, ...moment }: TimedMoment): LineMoment {
  return { ...moment, label: <span className={styles.what}>{label}</span> }
}

function withWords(when: string, words: string | undefined): ReactNode {
  if (words === undefined || words === '') return when
  return (
    <>
      {when}
      <span className={styles.words}>{words}</span>
    </>
  )
}

function channelKey(channel: string | undefined): 'chat' | 'phone' | 'callback' | 'message' | 'other' {
  return channel === 'chat' || channel === 'phone' || channel === 'callback' || channel === 'message'
    ? channel
    : 'other'
}
