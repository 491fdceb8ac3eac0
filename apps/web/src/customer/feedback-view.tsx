import { Textarea } from '@mantine/core'
import {
  IconAlertCircle,
  IconCircleCheck,
  IconClock,
  IconMoodConfuzed,
  IconMoodEmpty,
  IconMoodHappy,
  IconMoodSad,
  IconMoodSmile,
} from '@tabler/icons-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FEELINGS, OUTCOMES } from '../api/feedback'
import type { Feeling, Outcome } from '../api/feedback'
import { PartFailed } from '../shared/parts'
import { Panel } from './frame'
import styles from './feedback.module.css'

/** `waiting`: no connection; it is saved as soon as it is back. */
export type Saving = 'kept' | 'saving' | 'waiting' | 'failed'

/** Arrows run over several answers; the one where they rest is meant. Milliseconds. */
const REST = 600

const FACES = {
  upset: IconMoodSad,
  frustrated: IconMoodConfuzed,
  unsure: IconMoodEmpty,
  'at-ease': IconMoodSmile,
  'cared-for': IconMoodHappy,
} as const

export interface FeedbackViewProps {
  readonly title: string
  readonly loading?: boolean
  readonly failed?: unknown
  readonly onRetry?: () => void
  readonly outcome: Outcome | undefined
  readonly feeling: Feeling | undefined
  readonly comment: string
  readonly followUp: boolean
  /** What the switch causes, and by when. */
  readonly followUpWords: string
  readonly saving: Saving
  readonly saved: string | undefined
  /** Something was said already. */
  readonly says: boolean
  readonly readOnly?: boolean
  /** `wait`: milliseconds of rest before it counts. */
  readonly onOutcome?: (outcome: Outcome, wait: number) => void
  readonly onFeeling?: (feeling: Feeling, wait: number) => void
  /** `left`: she is done with the field. */
  readonly onComment?: (comment: string, left: boolean) => void
  readonly onFollowUp?: (wished: boolean) => void
  readonly onSaveAgain?: () => void
}

/** Two questions of five words each; a comment and a wish to be contacted below. */
export function FeedbackView(props: FeedbackViewProps) {
  const { title, loading = false, failed, onRetry, outcome, feeling, comment, followUp } = props
  const { readOnly = false } = props
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const heading = useId()
  const why = useId()
  return (
    <Panel label={title}>
      <div className={styles.block} aria-busy={loading}>
        <div>
          <h2 id={heading}>{title}</h2>
          <p className={styles.quiet}>{t('feedback.two-taps')}</p>
        </div>
        {failed !== undefined && failed !== null ? (
          <PartFailed error={failed} title={t('feedback.not-loaded')} {...(onRetry && { onRetry })} />
        ) : (
          <>
            <Scale
              legend={t('feedback.outcome')}
              answers={OUTCOMES.map((value, index) => ({
                value,
                label: shared(`satisfied.${value}`),
                picture: <Bars of={index + 1} />,
              }))}
              value={outcome}
              disabled={readOnly || loading}
              onChoose={(value, wait) => props.onOutcome?.(value, wait)}
            />
            <Scale
              legend={t('feedback.feeling')}
              answers={FEELINGS.map((value) => {
                const Face = FACES[value]
                return {
                  value,
                  label: shared(`feeling.${value}`),
                  picture: <Face size={24} stroke={1.75} aria-hidden="true" />,
                }
              })}
              value={feeling}
              disabled={readOnly || loading}
              onChoose={(value, wait) => props.onFeeling?.(value, wait)}
            />
            <SavedLine {...props} />
            <Textarea
              label={
                <>
                  {t('feedback.comment')} <span className={styles.optional}>{shared('optional')}</span>
                </>
              }
              value={comment}
              readOnly={readOnly}
              maxLength={4000}
              onChange={({ currentTarget }) => props.onComment?.(currentTarget.value, false)}
              onBlur={({ currentTarget }) => props.onComment?.(currentTarget.value, true)}
            />
            <div className={styles.wish}>
              <label>
                <span>{t('feedback.follow-up')}</span>
                <input
                  type="checkbox"
                  role="switch"
                  className={styles.switch}
                  checked={followUp}
                  disabled={readOnly || loading}
                  aria-describedby={why}
                  onChange={({ currentTarget }) => props.onFollowUp?.(currentTarget.checked)}
                />
              </label>
              <p id={why} className={styles.quiet}>
                {props.followUpWords}
              </p>
            </div>
          </>
        )}
      </div>
    </Panel>
  )
}

/** What became of the last tap, in words, where the taps are. */
function SavedLine({ saving, saved, outcome, feeling, says, onSaveAgain }: FeedbackViewProps) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const missing = says && (outcome === undefined || feeling === undefined)
  return (
    <p className={styles.saved} data-state={saving}>
      {saving === 'failed' ? (
        <>
          <IconAlertCircle size={18} stroke={1.75} aria-hidden="true" />
          <span>
            {t('feedback.not-saved')}{' '}
            <button type="button" onClick={onSaveAgain}>
              {shared('try-again')}
            </button>
          </span>
        </>
      ) : saving === 'waiting' ? (
        <>
          <IconClock size={18} stroke={1.75} aria-hidden="true" />
          <span>{t('feedback.waiting')}</span>
        </>
      ) : saving === 'saving' ? (
        <>
          <IconClock size={18} stroke={1.75} aria-hidden="true" />
          <span>{t('feedback.saving')}</span>
        </>
      ) : saved === undefined ? (
        <span>{t('feedback.nothing-yet')}</span>
      ) : (
        <>
          <IconCircleCheck size={18} stroke={1.75} aria-hidden="true" />
          <span>{missing ? `${saved} ${t('feedback.one-more')}` : saved}</span>
        </>
      )}
    </p>
  )
}

interface Answer<Value> {
  readonly value: Value
  readonly label: string
  readonly picture: ReactNode
}

/** Five words; five in a row, or one below the other where a word does not fit. */
function Scale<Value extends string>({
  legend,
  answers,
  value,
  disabled,
  onChoose,
}: {
  readonly legend: string
  readonly answers: readonly Answer<Value>[]
  readonly value: Value | undefined
  readonly disabled: boolean
  readonly onChoose: (value: Value, wait: number) => void
}) {
  const name = useId()
  const row = useRef<HTMLDivElement>(null)
  const byKeys = useRef(false)
  const [stacked, setStacked] = useState(false)
  useEffect(() => {
    const box = row.current
    if (box === null) return undefined
    const measured = new ResizeObserver(() => {
      const widest = Math.max(
        ...[...box.querySelectorAll('[data-word]')].map((word) => word.getBoundingClientRect().width),
      )
      setStacked(widest + 6 > box.clientWidth / 5)
    })
    measured.observe(box)
    return () => {
      measured.disconnect()
    }
  }, [])
  return (
    <fieldset className={styles.question} disabled={disabled}>
      <legend>{legend}</legend>
      <div
        ref={row}
        className={styles.scale}
        data-stacked={stacked}
        role="presentation"
        onKeyDown={({ key }) => {
          byKeys.current = key.startsWith('Arrow')
        }}
        onPointerDown={() => {
          byKeys.current = false
        }}
      >
        {answers.map((answer) => (
          <label key={answer.value} className={styles.answer}>
            <input
              type="radio"
              name={name}
              value={answer.value}
              checked={answer.value === value}
              onChange={() => {
                onChoose(answer.value, byKeys.current ? REST : 0)
              }}
            />
            {answer.picture}
            <span data-word>{answer.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Bars({ of }: { readonly of: number }) {
  return (
    <svg className={styles.bars} viewBox="0 0 30 24" width="30" height="24" aria-hidden="true">
      {[0, 1, 2, 3, 4].map((bar) => (
        <rect
          key={bar}
          x={1 + bar * 6}
          y={16 - bar * 4}
          width="4"
          height={8 + bar * 4}
          rx="1"
          data-on={bar < of}
        />
      ))}
    </svg>
  )
}
