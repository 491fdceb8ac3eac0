import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { channelWord, inSentence } from '../shared/journey-line'
import { Line } from '../shared/line'
import type { LineMoment } from '../shared/line'
import { saidAt } from '../work/when'
import { useFormat } from '../words/format'
import { isEmpty } from './wrap-up-draft'
import { FaultText, fieldId } from './wrap-up-view'
import type { WrapUpViewProps } from './wrap-up-view'
import styles from './wrap-up.module.css'

/** What the customer will find in her case, drawn as she will see it. */
export function WrapUpPreview({
  who,
  agent,
  channel,
  draft,
  faults,
  cases,
  readOnly = false,
  onChange,
}: WrapUpViewProps & { readonly who: string }) {
  const { t } = useTranslation('wrapup')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  const same = cases.find(({ id }) => id === draft.issue)
  const state = draft.outcome === undefined ? '' : t(`seen.${draft.outcome}`)
  const named =
    same !== undefined
      ? t('seen.case', { reference: same.reference })
      : t(draft.issue === '' ? 'seen.no-case' : 'seen.new-case')
  const moments: readonly LineMoment[] = [
    {
      id: 'summed-up',
      mark: 'us',
      label: t('seen.summed-up', { agent, channel: inSentence(channelWord(channel, shared)) }),
      ...(draft.words.trim() !== '' && { detail: draft.words.trim() }),
      dotted: true,
    },
    ...draft.promises
      .filter((each) => !isEmpty(each))
      .map(({ what, by }, index) => ({
        id: `promise:${String(index)}`,
        mark: 'promise' as const,
        label: what.trim() === '' ? '…' : what.trim(),
        ...(!Number.isNaN(Date.parse(by)) && { detail: t('seen.by', { at: saidAt(by, format) }) }),
        dotted: true,
      })),
  ]
  const open = editing || faults.subject !== undefined
  return (
    <div className={styles.preview}>
      <h3 className={styles.hint}>{t('seen.label', { name: who })}</h3>
      <div className={styles.card}>
        {open && !readOnly ? (
          <div className={styles.field}>
            <label htmlFor={fieldId('subject')} className={styles.hint}>
              {t('seen.subject')}
            </label>
            <input
              id={fieldId('subject')}
              type="text"
              maxLength={200}
              value={draft.subject}
              {...(faults.subject !== undefined && {
                'aria-invalid': true,
                'aria-describedby': `${fieldId('subject')}.fault`,
              })}
              onChange={({ currentTarget }) => {
                onChange({ ...draft, subject: currentTarget.value })
              }}
            />
            <FaultText id={`${fieldId('subject')}.fault`} fault={faults.subject} />
          </div>
        ) : (
          <div className={styles.subject}>
            <h4>{draft.subject === '' ? t('seen.no-subject') : draft.subject}</h4>
            {!readOnly && (
              <button
                type="button"
                aria-label={t('seen.change')}
                onClick={() => {
                  setEditing(true)
                  requestAnimationFrame(() => {
                    document.getElementById(fieldId('subject'))?.focus()
                  })
                }}
              >
                <IconPencil size={16} stroke={1.75} aria-hidden="true" />
              </button>
            )}
          </div>
        )}
        <p className={styles.hint}>{state === '' ? named : `${named}, ${state}`}</p>
        <Line moments={moments} label={t('seen.line')} density="desk" />
      </div>
    </div>
  )
}
