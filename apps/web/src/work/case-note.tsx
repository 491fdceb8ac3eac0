import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../desk/keys'
import { withCommand } from '../desk/keys-shown'
import { Refusal } from '../desk/wrap-up-refusal'
import { useAnnounce } from '../shared/announce'
import { Kbd } from '../shared/parts'
import { useCommand } from './command'
import styles from './work.module.css'

const TABS = ['news', 'note'] as const
type Tab = (typeof TABS)[number]
const MOST = 2_000

/** News that the customer sees, or a note for the team: each keeps its own draft, and what is a note never becomes news. */
export function CaseNote({ caseId, name }: { readonly caseId: string; readonly name: string }) {
  const { t } = useTranslation('work')
  const announce = useAnnounce()
  const [tab, setTab] = useState<Tab>('news')
  const [drafts, setDrafts] = useState<Readonly<Record<Tab, string>>>(() => ({
    news: kept(caseId, 'news'),
    note: kept(caseId, 'note'),
  }))
  const { busy, error, run } = useCommand()
  const id = useId()
  const text = drafts[tab]
  const write = (value: string): void => {
    setDrafts({ ...drafts, [tab]: value })
    keep(caseId, tab, value)
  }
  const send = async (): Promise<void> => {
    const note = text.trim()
    if (note === '') {
      document.getElementById(id)?.focus()
      return
    }
    const visible = tab === 'news'
    const done = await run(`${tab}:${note}`, (api, key) =>
      api.post(`/case/cases/${caseId}/notes`, { note, visible }, { key }),
    )
    if (!done) return
    write('')
    announce(t(visible ? 'say.sent' : 'say.noted', { name }))
  }
  const focus = (next: Tab): void => {
    setTab(next)
    document.getElementById(id)?.focus()
  }
  useKeys({
    submit: () => void send(),
    reply: () => {
      focus('news')
    },
    note: () => {
      focus('note')
    },
  })
  return (
    <div className={styles.composer} data-tab={tab}>
      <div className={styles.tabs} role="group" aria-label={t('say.label')}>
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === tab}
            onClick={() => {
              setTab(each)
            }}
          >
            {t(`say.${each}`, { name })}
          </button>
        ))}
        {text !== '' && <span className={styles.hint}>{t('say.kept')}</span>}
      </div>
      {tab === 'note' && <p className={styles.only}>{t('say.only-team')}</p>}
      <textarea
        id={id}
        rows={3}
        maxLength={MOST}
        aria-label={t(`say.${tab}`, { name })}
        value={text}
        onChange={({ currentTarget }) => {
          write(currentTarget.value)
        }}
      />
      <Refusal error={error} title={t('refused')} />
      <div className={styles.composerEnd}>
        <span className={styles.hint}>{tab === 'news' ? t('say.reaches', { name }) : ''}</span>
        <Button onClick={() => void send()} aria-disabled={busy}>
          {busy ? t('say.sending') : t(tab === 'news' ? 'say.send' : 'say.add')}
          <span className={styles.key} aria-hidden="true">
            <Kbd>{withCommand('⏎')}</Kbd>
          </span>
        </Button>
      </div>
    </div>
  )
}

const slot = (caseId: string, tab: Tab): string => `throughline.case.${caseId}.${tab}`

function kept(caseId: string, tab: Tab): string {
  try {
    return localStorage.getItem(slot(caseId, tab)) ?? ''
  } catch {
    return ''
  }
}

function keep(caseId: string, tab: Tab, text: string): void {
  try {
    if (text === '') localStorage.removeItem(slot(caseId, tab))
    else localStorage.setItem(slot(caseId, tab), text)
  } catch {
    // Holds for this visit then.
  }
}
