import { Button } from '@mantine/core'
import { IconBook, IconBolt, IconCalendarEvent, IconEye, IconPlus, IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { firstName } from '../api/names'
import { askedAgain } from '../shared/guard'
import type { JourneyFact } from '../shared/journey-facts'
import { useDraft } from '../shared/outbox'
import { ArticleIcon } from '../shared/icons'
import { Kbd } from '../shared/parts'
import styles from './composer.module.css'
import { slashAt, useInsertions } from './insert'
import type { Insertion, InsertKind } from './insert'
import { useKeys } from './keys'
import { KeyHint, withCommand } from './keys-shown'

export interface Sent {
  readonly text: string
  readonly articleId?: string
  readonly choices?: readonly string[]
}

type Tab = 'reply' | 'note'
const MOST_CHOICES = 5

/** Reply and note, each with its own draft; what is inserted stands at the caret; the guard looks before anything is sent. */
export function Composer({
  contactId,
  customer,
  facts,
  need,
  failed,
  onSend,
  onNote,
  onTyping,
  onAskAnyway,
  onWritten,
}: {
  readonly contactId: string
  readonly customer: string
  /** What is known and never asked again. */
  readonly facts: readonly JourneyFact[]
  readonly need: Parameters<typeof useInsertions>[0]
  /** Ids of articles that did not help her. */
  readonly failed: ReadonlySet<string>
  readonly onSend: (sent: Sent) => void
  readonly onNote: (text: string) => Promise<void>
  readonly onTyping: () => void
  readonly onAskAnyway: (fact: JourneyFact) => void
  /** She began to write. */
  readonly onWritten: () => void
}) {
  const { t } = useTranslation('desk')
  const [tab, setTab] = useState<Tab>('reply')
  const [reply, setReply] = useDraft(contactId)
  const [note, setNote] = useDraft(contactId, '.note')
  const [article, setArticle] = useState<{ readonly id: string; readonly title: string }>()
  const [choices, setChoices] = useState<readonly string[]>()
  const [asked, setAsked] = useState<readonly string[]>([])
  const [caret, setCaret] = useState(0)
  const [only, setOnly] = useState<InsertKind>()
  const [closed, setClosed] = useState<number>()
  const [place, setPlace] = useState(0)
  const [noteState, setNoteState] = useState<'quiet' | 'saving' | 'failed'>('quiet')
  const field = useRef<HTMLTextAreaElement>(null)
  const first = firstName(customer)
  const text = tab === 'reply' ? reply : note
  const setText = tab === 'reply' ? setReply : setNote

  const slash = tab === 'reply' ? slashAt(text, caret) : undefined
  const open = tab === 'reply' && (only !== undefined || (slash !== undefined && slash.from !== closed))
  const insertions = useInsertions(need, { open, words: slash?.words ?? '', only, failed, first })
  const active = insertions[Math.min(place, insertions.length - 1)]

  const hits =
    tab === 'reply' ? askedAgain(reply, facts).filter(({ sentence }) => !asked.includes(sentence)) : []
  const hit = hits[0]

  const focusAt = (at: number): void => {
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(at, at)
      setCaret(at)
    })
  }
  const insert = (chosen: Insertion): void => {
    const at = field.current?.selectionStart ?? caret
    const from = slash === undefined ? at : slash.from
    const until = slash === undefined ? at : caret
    const glue = from > 0 && !/\s$/.test(text.slice(0, from)) ? ' ' : ''
    setText(text.slice(0, from) + glue + chosen.text + text.slice(until))
    if (chosen.article !== undefined) setArticle(chosen.article)
    if (chosen.choices !== undefined) setChoices(chosen.choices)
    close()
    focusAt(from + glue.length + chosen.text.length)
  }
  const close = (): void => {
    setOnly(undefined)
    setClosed(slash?.from)
    setPlace(0)
  }
  const filled = (choices ?? [])
    .map((choice) => choice.trim())
    .filter((choice, at, all) => choice !== '' && all.indexOf(choice) === at)
  const send = (): void => {
    if (text.trim() === '') {
      field.current?.focus()
      return
    }
    if (tab === 'note') {
      setNoteState('saving')
      onNote(text.trim()).then(
        () => {
          setNote('')
          setNoteState('quiet')
        },
        () => {
          setNoteState('failed')
        },
      )
      return
    }
    onSend({
      text: text.trim(),
      ...(article !== undefined && { articleId: article.id }),
      ...(filled.length >= 2 && { choices: filled }),
    })
    setReply('')
    setArticle(undefined)
    setChoices(undefined)
    setAsked([])
    setCaret(0)
  }
  const toTab = (next: Tab): void => {
    setTab(next)
    setOnly(undefined)
    setNoteState('quiet')
    focusAt((next === 'reply' ? reply : note).length)
  }
  useKeys({
    reply: () => {
      toTab('reply')
    },
    note: () => {
      toTab('note')
    },
    submit: send,
  })
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (!open) return
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by !== 0 && insertions.length > 0) {
      event.preventDefault()
      setPlace((Math.min(place, insertions.length - 1) + by + insertions.length) % insertions.length)
    } else if (
      (event.key === 'Enter' || event.key === 'Tab') &&
      !event.metaKey &&
      !event.ctrlKey &&
      active !== undefined
    ) {
      event.preventDefault()
      insert(active)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      close()
    }
  }
  const showOnly = (kind: InsertKind): void => {
    setOnly(only === kind ? undefined : kind)
    setPlace(0)
    field.current?.focus()
  }
  return (
    <div className={styles.frame}>
      {hit !== undefined && (
        <div className={styles.guard} role="status">
          <IconEye size={18} stroke={1.75} aria-hidden="true" />
          <p>
            <strong>{t('guard.known')}</strong>{' '}
            {t('guard.fact', { label: hit.fact.label, value: hit.fact.value })}
            {hit.fact.source !== undefined && <span className={styles.source}> {hit.fact.source}.</span>}
          </p>
          <span className={styles.guardActions}>
            <Button
              variant="default"
              onClick={() => {
                const said = t('guard.say', {
                  label: hit.fact.label.toLocaleLowerCase(),
                  value: bare(hit.fact.value),
                })
                setReply(reply.slice(0, hit.from) + said + reply.slice(hit.to))
                focusAt(hit.from + said.length)
              }}
            >
              {t('guard.use-it')}
            </Button>
            <Button
              variant="subtle"
              onClick={() => {
                onAskAnyway(hit.fact)
                setAsked([...asked, hit.sentence])
                field.current?.focus()
              }}
            >
              {t('guard.ask-anyway')}
            </Button>
          </span>
        </div>
      )}
      <div className={styles.composer} data-tab={tab}>
        <div className={styles.tabs} role="tablist" aria-label={t('composer.tabs')}>
          {(['reply', 'note'] as const).map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              id={`composer-${each}`}
              aria-selected={tab === each}
              aria-controls="composer-panel"
              tabIndex={tab === each ? 0 : -1}
              className={styles.tab}
              onClick={() => {
                toTab(each)
              }}
              onKeyDown={({ key }) => {
                if (key === 'ArrowLeft' || key === 'ArrowRight') {
                  const other = each === 'reply' ? 'note' : 'reply'
                  setTab(other)
                  document.getElementById(`composer-${other}`)?.focus()
                }
              }}
            >
              {each === 'reply' ? t('composer.reply', { name: first }) : t('composer.note')}
              {each !== tab && <KeyHint of={each} />}
            </button>
          ))}
          {text !== '' && <span className={styles.kept}>{t('composer.kept')}</span>}
        </div>
        <div role="tabpanel" id="composer-panel" aria-labelledby={`composer-${tab}`} className={styles.panel}>
          <div className={styles.writing}>
            <div className={styles.mirror} aria-hidden="true">
              {hit === undefined ? (
                text
              ) : (
                <>
                  {text.slice(0, hit.from)}
                  <mark>{text.slice(hit.from, hit.to)}</mark>
                  {text.slice(hit.to)}
                </>
              )}
              {'\u200b'}
            </div>
            <textarea
              ref={field}
              value={text}
              rows={2}
              aria-label={tab === 'reply' ? t('composer.reply', { name: first }) : t('composer.note-label')}
              placeholder={tab === 'reply' ? t('composer.write') : t('composer.note-write')}
              {...(tab === 'reply' && {
                // Not a combobox: those hold one line.
                ...(open && { 'aria-controls': 'composer-insert' }),
                'aria-autocomplete': 'list' as const,
                'aria-haspopup': 'listbox' as const,
                ...(open && active !== undefined && { 'aria-activedescendant': `insert-${active.id}` }),
              })}
              onChange={({ currentTarget }) => {
                setText(currentTarget.value)
                setCaret(currentTarget.selectionStart)
                setPlace(0)
                if (slashAt(currentTarget.value, currentTarget.selectionStart) === undefined)
                  setClosed(undefined)
                if (tab === 'reply' && currentTarget.value !== '') onTyping()
                onWritten()
              }}
              onSelect={({ currentTarget }) => {
                setCaret(currentTarget.selectionStart)
              }}
              onKeyDown={pressed}
            />
          </div>
          {article !== undefined && tab === 'reply' && (
            <p className={styles.chip}>
              <ArticleIcon kind="guide" size={16} />
              {t('composer.article', { title: article.title })}
              <button
                type="button"
                aria-label={t('composer.no-article')}
                onClick={() => {
                  setArticle(undefined)
                }}
              >
                <IconX size={14} stroke={2} aria-hidden="true" />
              </button>
            </p>
          )}
          {choices !== undefined && tab === 'reply' && (
            <fieldset className={styles.choices}>
              <legend>{t('composer.choices')}</legend>
              {choices.map((choice, at) => (
                <span key={at}>
                  <input
                    value={choice}
                    maxLength={100}
                    aria-label={t('composer.choice', { number: at + 1 })}
                    onChange={({ currentTarget: { value } }) => {
                      setChoices(choices.map((each, index) => (index === at ? value : each)))
                    }}
                  />
                  <button
                    type="button"
                    aria-label={t('composer.remove-choice', { number: at + 1 })}
                    onClick={() => {
                      const left = choices.filter((_, index) => index !== at)
                      setChoices(left.length === 0 ? undefined : left)
                    }}
                  >
                    <IconX size={14} stroke={2} aria-hidden="true" />
                  </button>
                </span>
              ))}
              {choices.length < MOST_CHOICES && (
                <button
                  type="button"
                  className={styles.more}
                  onClick={() => {
                    setChoices([...choices, ''])
                  }}
                >
                  <IconPlus size={14} stroke={2} aria-hidden="true" />
                  {t('composer.add-choice')}
                </button>
              )}
              {filled.length < 2 && <span className={styles.hint}>{t('composer.two-choices')}</span>}
            </fieldset>
          )}
        </div>
        {open && (
          <div className={styles.insert}>
            <div role="listbox" id="composer-insert" aria-label={t('insert.label')}>
              {insertions.map((each) => (
                <div
                  key={each.id}
                  id={`insert-${each.id}`}
                  role="option"
                  aria-selected={each === active}
                  tabIndex={-1}
                  className={styles.option}
                  // The field keeps its focus and caret.
                  onMouseDown={(event) => {
                    event.preventDefault()
                    insert(each)
                  }}
                >
                  <InsertIcon insertion={each} />
                  <span>{each.label}</span>
                  {each.warn !== undefined && <em>{each.warn}</em>}
                  {each.detail !== undefined && <small>{each.detail}</small>}
                </div>
              ))}
            </div>
            {insertions.length === 0 && <p className={styles.hint}>{t('insert.nothing')}</p>}
          </div>
        )}
        <div className={styles.bar}>
          {tab === 'reply' ? (
            <>
              {(
                [
                  ['article', IconBook],
                  ['phrase', IconBolt],
                  ['slot', IconCalendarEvent],
                ] as const
              ).map(([kind, Icon]) => (
                <button
                  key={kind}
                  type="button"
                  className={styles.tool}
                  aria-label={t(`insert.${kind}`)}
                  title={t(`insert.${kind}`)}
                  aria-pressed={only === kind}
                  onClick={() => {
                    showOnly(kind)
                  }}
                >
                  <Icon size={18} stroke={1.75} aria-hidden="true" />
                </button>
              ))}
              <span className={styles.hint}>
                <Kbd>/</Kbd> {t('insert.hint')}
              </span>
            </>
          ) : (
            <span className={styles.hint} role={noteState === 'failed' ? 'alert' : undefined}>
              {noteState === 'failed' ? t('composer.note-failed') : t('note.only-team')}
            </span>
          )}
          <Button
            className={styles.send ?? ''}
            onClick={send}
            disabled={noteState === 'saving'}
            rightSection={<Kbd>{withCommand('⏎')}</Kbd>}
          >
            {tab === 'reply' ? t('composer.send') : t('composer.add-note')}
          </Button>
        </div>
      </div>
    </div>
  )
}

function InsertIcon({ insertion }: { readonly insertion: Insertion }) {
  if (insertion.kind === 'article') return <ArticleIcon kind={insertion.articleKind ?? 'guide'} size={16} />
  const Icon = insertion.kind === 'phrase' ? IconBolt : IconCalendarEvent
  return <Icon size={16} stroke={1.75} aria-hidden="true" />
}

function bare(value: string): string {
  return value.replace(/^“(.*)”$/s, '$1')
}
