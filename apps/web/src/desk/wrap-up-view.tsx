import { Button } from '@mantine/core'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CaseLine } from '../api/case'
import { Kbd } from '../shared/parts'
import type { Colleague } from '../work/colleagues'
import { useKeys } from './keys'
import { useOpened } from './keys-focus'
import { withCommand } from './keys-shown'
import { Refusal } from './wrap-up-refusal'
import type { Saving } from './wrap-up'
import { CauseField } from './wrap-up-cause'
import { MOST_WORDS, OUTCOMES } from './wrap-up-draft'
import type { Cause, Fault, Faults, Field, WrapUpDraft } from './wrap-up-draft'
import { WrapUpPreview } from './wrap-up-preview'
import { Promises } from './wrap-up-promises'
import styles from './wrap-up.module.css'

/** Element of a field, so that focus can be taken there. */
export const fieldId = (field: Field): string => `wrap-up.${field}`

const ORDER = ['outcome', 'words', 'cause', 'issue'] as const

/** Takes focus to the first field that is not in order, in the order in which they stand. */
export function firstFault(faults: Faults): void {
  const all = [...ORDER, ...Object.keys(faults)] as readonly Field[]
  const first = all.find((field) => faults[field] !== undefined)
  if (first === undefined) return
  // Once the faults are drawn.
  requestAnimationFrame(() => {
    document.getElementById(fieldId(first))?.focus()
  })
}

export interface WrapUpViewProps {
  /** Of the customer; undefined for a guest. */
  readonly name: string | undefined
  readonly agent: string
  readonly channel: string
  readonly draft: WrapUpDraft
  readonly faults: Faults
  readonly kept: boolean
  /** Open cases of the customer, and the one that was asked about. */
  readonly cases: readonly CaseLine[]
  /** The customer came for a case of hers: what is summed up goes there. */
  readonly tied: boolean
  readonly causes: readonly Cause[]
  readonly colleagues: readonly Colleague[]
  readonly articles: { readonly sent: readonly string[]; readonly titles: ReadonlyMap<string, string> }
  readonly saving: Saving
  readonly readOnly?: boolean
  readonly onChange: (draft: WrapUpDraft) => void
  readonly onSave: () => void
  readonly onClose: () => void
}

/** Five fields in one sheet, and beside them exactly what the customer will see. */
export function WrapUpView(props: WrapUpViewProps) {
  const { name, draft, faults, kept, saving, readOnly = false, onChange, onSave, onClose } = props
  const { t } = useTranslation('wrapup')
  const heading = useOpened<HTMLHeadingElement>()
  const titleId = useId()
  useKeys(readOnly ? {} : { submit: onSave, escape: onClose })
  const who = name ?? t('customer')
  return (
    <section className={styles.sheet} aria-labelledby={titleId}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
        }}
      >
        <div className={styles.head}>
          <h2 id={titleId} ref={heading} tabIndex={-1}>
            {t('title')}
          </h2>
          {kept && <span className={styles.hint}>{t('kept')}</span>}
        </div>
        <fieldset disabled={readOnly} className={styles.fields}>
          <Outcomes who={who} draft={draft} fault={faults.outcome} onChange={onChange} />
          <Words who={who} draft={draft} fault={faults.words} onChange={onChange} />
          <div className={styles.pair}>
            <Labelled field="cause" label={t('cause.label')} fault={faults.cause}>
              {(fault) => (
                <CauseField
                  id={fieldId('cause')}
                  causes={props.causes}
                  value={{ ...draft, cause: draft.cause }}
                  fault={fault}
                  onChange={({ cause, ...value }) => {
                    const { cause: _, ...rest } = draft
                    onChange({ ...rest, ...value, ...(cause !== undefined && { cause }) })
                  }}
                />
              )}
            </Labelled>
            <Issue {...props} />
          </div>
          <Promises
            promises={draft.promises}
            faults={faults}
            colleagues={props.colleagues}
            onChange={(promises) => {
              onChange({ ...draft, promises })
            }}
          />
          <Articles {...props.articles} />
        </fieldset>
        {/* Enter in a field of one line saves as the button does, which stands outside this form's column. */}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
      <div className={styles.side}>
        <WrapUpPreview {...props} who={who} />
        {!readOnly && (
          <div className={styles.actions}>
            <Refusal
              error={saving.status === 'failed' || saving.status === 'half' ? saving.error : undefined}
              title={t(saving.status === 'half' ? 'half-saved' : 'not-saved')}
            />
            {saving.status !== 'half' && (
              <Button fullWidth onClick={onSave} aria-disabled={saving.status === 'saving'}>
                {t(saving.status === 'saving' ? 'saving' : 'save')}
                <span className={styles.keys} aria-hidden="true">
                  <Kbd>{withCommand('⏎')}</Kbd>
                </span>
              </Button>
            )}
            <Button variant="subtle" fullWidth onClick={onClose}>
              {t(saving.status === 'half' ? 'close' : 'later')}
              <span className={styles.keys} aria-hidden="true">
                <Kbd>Esc</Kbd>
              </span>
            </Button>
          </div>
        )}
      </div>
    </section>
  )
}

/** What is wrong with a field, named at the field. */
export function FaultText({ id, fault }: { readonly id: string; readonly fault: Fault | undefined }) {
  const { t } = useTranslation('wrapup')
  if (fault === undefined) return null
  return (
    <span id={id} className={styles.fault}>
      {t(`fault.${fault}`)}
    </span>
  )
}

function Labelled({
  field,
  label,
  aside,
  fault,
  children,
}: {
  readonly field: Field
  readonly label: string
  readonly aside?: ReactNode
  readonly fault: Fault | undefined
  /** Told the id of what is wrong, when something is. */
  readonly children: (fault: string | undefined) => ReactNode
}) {
  const said = `${fieldId(field)}.fault`
  return (
    <div className={styles.field}>
      <div className={styles.label}>
        <label htmlFor={fieldId(field)}>{label}</label>
        {aside}
      </div>
      {children(fault === undefined ? undefined : said)}
      <FaultText id={said} fault={fault} />
    </div>
  )
}

interface Part {
  readonly who: string
  readonly draft: WrapUpDraft
  readonly fault: Fault | undefined
  readonly onChange: (draft: WrapUpDraft) => void
}

function Outcomes({ who, draft, fault, onChange }: Part) {
  const { t } = useTranslation('wrapup')
  const said = `${fieldId('outcome')}.fault`
  const group = useId()
  return (
    <fieldset className={styles.field} {...(fault !== undefined && { 'aria-describedby': said })}>
      <legend className={styles.legend}>{t('outcome.label', { name: who })}</legend>
      <div className={styles.segments}>
        {OUTCOMES.map((outcome, index) => (
          <label key={outcome}>
            <input
              {...(index === 0 && { id: fieldId('outcome') })}
              type="radio"
              name={group}
              value={outcome}
              checked={draft.outcome === outcome}
              onChange={() => {
                onChange({ ...draft, outcome })
              }}
            />
            <span>{t(`outcome.${outcome}`)}</span>
          </label>
        ))}
      </div>
      <FaultText id={said} fault={fault} />
    </fieldset>
  )
}

function Words({ who, draft, fault, onChange }: Part) {
  const { t } = useTranslation('wrapup')
  const used = draft.words.trim().length
  return (
    <Labelled
      field="words"
      label={t('words.label', { name: who })}
      fault={fault}
      aside={
        <span className={styles.hint} data-over={used > MOST_WORDS}>
          {t('words.count', { used, most: MOST_WORDS })}
        </span>
      }
    >
      {(said) => (
        <textarea
          id={fieldId('words')}
          rows={3}
          required
          value={draft.words}
          {...(said !== undefined && { 'aria-invalid': true, 'aria-describedby': said })}
          onChange={({ currentTarget }) => {
            onChange({ ...draft, words: currentTarget.value })
          }}
        />
      )}
    </Labelled>
  )
}

function Issue({ draft, cases, tied, faults, onChange }: WrapUpViewProps) {
  const { t } = useTranslation('wrapup')
  return (
    <Labelled field="issue" label={t('issue.label')} fault={faults.issue}>
      {(said) => (
        <select
          id={fieldId('issue')}
          required
          value={draft.issue}
          {...(said !== undefined && { 'aria-invalid': true, 'aria-describedby': said })}
          onChange={({ currentTarget: { value } }) => {
            const same = cases.find(({ id }) => id === value)
            onChange({ ...draft, issue: value, ...(same !== undefined && { subject: same.subject }) })
          }}
        >
          {draft.issue === '' && <option value="">{t('issue.choose')}</option>}
          {!tied && <option value="new">{t('issue.new')}</option>}
          {cases.map(({ id, reference, subject }) => (
            <option key={id} value={id}>
              {t('issue.same', { reference, subject })}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

function Articles({ sent, titles }: WrapUpViewProps['articles']) {
  const { t } = useTranslation('wrapup')
  const read = [...titles].filter(([id]) => !sent.includes(id))
  if (sent.length === 0 && read.length === 0) return null
  return (
    <dl className={styles.articles}>
      {sent.length > 0 && (
        <div>
          <dt>{t('articles.sent')}</dt>
          <dd>{sent.map((id) => titles.get(id) ?? t('articles.untitled')).join(' · ')}</dd>
        </div>
      )}
      {read.length > 0 && (
        <div>
          <dt>{t('articles.read')}</dt>
          <dd>{read.map(([, title]) => title).join(' · ')}</dd>
        </div>
      )}
    </dl>
  )
}
