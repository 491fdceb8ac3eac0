import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CasePromise } from '../api/case'
import { useKeys } from '../desk/keys'
import { useOpened } from '../desk/keys-focus'
import { Refusal } from '../desk/wrap-up-refusal'
import { useAnnounce } from '../shared/announce'
import { Pills } from '../shared/parts'
import { useFormat } from '../words/format'
import { HOW } from './case-timeline'
import type { Colleague } from './colleagues'
import { useCommand } from './command'
import { dueSaid, saidAt } from './when'
import { assignPath } from './work-data'
import styles from './work.module.css'

export { FollowUps } from './follow-ups'

/** Who answers for it; choosing somebody gives it to them at once. */
export function Assignee({
  kind,
  id,
  staffId,
  me,
  name,
  colleagues,
}: {
  readonly kind: 'case' | 'follow-up'
  readonly id: string
  readonly staffId: string | undefined
  readonly me: string
  readonly name: (id: string | undefined) => string | undefined
  readonly colleagues: readonly Colleague[]
}) {
  const { t } = useTranslation('work')
  const announce = useAnnounce()
  const { busy, error, run } = useCommand()
  const others = colleagues.filter((each) => each.id !== staffId)
  const assign = async (to: string): Promise<void> => {
    if (to === '' || to === staffId) return
    if (await run(to, (api, key) => api.put(assignPath({ kind, id }), { staffId: to }, { key }))) {
      announce(t('assign.done', { count: 1 }))
    }
  }
  return (
    <span className={styles.assignee}>
      <label>
        {t('with')}
        <select
          value={staffId ?? ''}
          aria-disabled={busy}
          onChange={({ currentTarget }) => {
            void assign(currentTarget.value)
          }}
        >
          {staffId === undefined && <option value="">{t('nobody')}</option>}
          {staffId !== undefined && staffId !== me && <option value={staffId}>{name(staffId) ?? '…'}</option>}
          <option value={me}>{t('you')}</option>
          {others.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <Refusal error={error} title={t('refused')} />
    </span>
  )
}

/** What was promised, kept or not; what is still to be kept can be said to be. */
export function PromisesKept({
  caseId,
  promises,
  now,
  readOnly,
}: {
  readonly caseId: string
  readonly promises: readonly CasePromise[]
  readonly now: number
  readonly readOnly: boolean
}) {
  const { t } = useTranslation('work')
  const format = useFormat()
  const announce = useAnnounce()
  const { busy, error, run } = useCommand()
  const keep = async ({ what, by }: CasePromise): Promise<void> => {
    const done = await run(`${what} ${by}`, (api, key) =>
      api.post(`/case/cases/${caseId}/kept-promises`, { what, by }, { key }),
    )
    if (done) announce(t('promise.noted', { what }))
  }
  return (
    <section className={styles.part}>
      <h2>{t('promise.title')}</h2>
      {promises.length === 0 && <p className={styles.hint}>{t('due.nothing')}</p>}
      <ul className={styles.promises}>
        {promises.map((promise) => {
          const { what, by, status, keptAt } = promise
          const due = dueSaid(by, now, format)
          const waits = status === 'running' || status === 'missed' || status === 'past'
          return (
            <li key={`${what} ${by}`}>
              <span>
                {what}
                <span className={styles.due} data-due={waits ? due.is : 'over'}>
                  {waits
                    ? due.is === 'late'
                      ? t('promise.late', { at: saidAt(by, format), time: due.words })
                      : t('due.by', { at: saidAt(by, format) })
                    : t(status === 'kept' ? 'promise.kept' : 'promise.kept-late', {
                        at: saidAt(keptAt ?? by, format),
                      })}
                </span>
              </span>
              {waits && !readOnly && (
                <button
                  type="button"
                  className={styles.plain}
                  aria-label={t('promise.keep', { what })}
                  aria-disabled={busy}
                  onClick={() => void keep(promise)}
                >
                  {t('promise.kept-now')}
                </button>
              )}
            </li>
          )
        })}
      </ul>
      <Refusal error={error} title={t('refused')} />
    </section>
  )
}

/** Says how a case was dealt with, or that it is not dealt with after all. */
export function Settle({
  caseId,
  open,
  name,
  onClose,
}: {
  readonly caseId: string
  readonly open: boolean
  readonly name: string
  readonly onClose: () => void
}) {
  const { t } = useTranslation('work')
  const announce = useAnnounce()
  const heading = useOpened<HTMLHeadingElement>()
  const [how, setHow] = useState<string>()
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const { busy, error, run } = useCommand()
  const ids = { title: useId(), words: useId(), fault: useId(), how: useId() }
  const without = words.trim() === ''
  const noHow = open && how === undefined
  const settle = async (): Promise<void> => {
    setTried(true)
    if (noHow) {
      document.getElementById(ids.how)?.querySelector('input')?.focus()
      return
    }
    if (without) {
      document.getElementById(ids.words)?.focus()
      return
    }
    const told = words.trim()
    const done = await run(`${how ?? ''} ${told}`, (api, key) =>
      open
        ? api.post(`/case/cases/${caseId}/resolution`, { how, words: told }, { key })
        : api.post(`/case/cases/${caseId}/reopening`, { why: told }, { key }),
    )
    if (!done) return
    announce(t(open ? 'settle.done' : 'reopen.done'))
    onClose()
  }
  useKeys({ submit: () => void settle(), escape: onClose })
  return (
    <section className={styles.settle} aria-labelledby={ids.title}>
      <h2 id={ids.title} ref={heading} tabIndex={-1}>
        {t(open ? 'settle.title' : 'reopen.title')}
      </h2>
      {open && (
        <div id={ids.how}>
          <Pills
            legend={t('settle.how')}
            hideLegend
            density="desk"
            choices={HOW.map((value) => ({ value, label: t(`how.${value}`) }))}
            value={how}
            onChoose={setHow}
          />
          {tried && noHow && <p className={styles.fault}>{t('missing')}</p>}
        </div>
      )}
      <label className={styles.block} htmlFor={ids.words}>
        {t(open ? 'settle.words' : 'reopen.words', { name })}
      </label>
      <textarea
        id={ids.words}
        rows={3}
        maxLength={2_000}
        required
        value={words}
        {...(tried && without && { 'aria-invalid': true, 'aria-describedby': ids.fault })}
        onChange={({ currentTarget }) => {
          setWords(currentTarget.value)
        }}
      />
      {tried && without && (
        <p id={ids.fault} className={styles.fault}>
          {t('missing')}
        </p>
      )}
      <Refusal error={error} title={t('refused')} />
      <div className={styles.buttons}>
        <Button onClick={() => void settle()} aria-disabled={busy}>
          {t(open ? 'settle.do' : 'reopen.do')}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {t('not-now')}
        </Button>
      </div>
    </section>
  )
}
