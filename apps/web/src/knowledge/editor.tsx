import { Button, TextInput } from '@mantine/core'
import { IconDeviceMobile, IconHourglass } from '@tabler/icons-react'
import { lazy, Suspense, useDeferredValue, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pills, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import type { Content } from './api'
import { changes } from './changes'
import type { Stretch } from './changes'
import { missing } from './draft'
import { Fits } from './fits'
import styles from './editor.module.css'

const SafeMarkdown = lazy(() => import('../shared/markdown'))

/** Markdown at the left, with what differs from the live version marked; at the right as the customer sees it. */
export function Editor({
  content,
  live,
  version,
  savedAt,
  kept,
  onChange,
  onThrowAway,
}: {
  readonly content: Content
  /** What its readers see now; undefined for an article that is not there yet. */
  readonly live: Content | undefined
  /** The live version; 0 for none. */
  readonly version: number
  /** Milliseconds since 1970; undefined while nothing differs. */
  readonly savedAt: number | undefined
  readonly kept: boolean
  readonly onChange: (content: Content) => void
  readonly onThrowAway?: () => void
}) {
  const { t } = useTranslation('knowledge')
  const format = useFormat()
  const [seen, setSeen] = useState<'write' | 'changes'>('write')
  const [touched, setTouched] = useState(false)
  const without = touched ? missing(content) : []
  const changed = savedAt !== undefined
  const set = (part: Partial<Content>): void => {
    setTouched(true)
    onChange({ ...content, ...part })
  }
  return (
    <>
      <section className={styles.editor} aria-label={t('editor.label')}>
        <div className={styles.pane}>
          <div className={styles.head}>
            <h3>
              {version === 0
                ? t('editor.first')
                : changed
                  ? t('editor.draft', { version: version + 1 })
                  : t('editor.live', { version })}
            </h3>
            <span className={styles.saved}>
              {!kept ? (
                <strong>{t('editor.not-kept')}</strong>
              ) : (
                changed && t('editor.saved', { time: format.time(savedAt) })
              )}
            </span>
          </div>
          {live !== undefined && (
            <Pills
              legend={t('editor.mode')}
              hideLegend
              density="desk"
              chosen="soft"
              value={seen}
              choices={[
                { value: 'write', label: t('editor.write') },
                { value: 'changes', label: t('editor.changes') },
              ]}
              onChoose={(value) => {
                setSeen(value === 'changes' ? 'changes' : 'write')
              }}
            />
          )}
          {seen === 'changes' && live !== undefined ? (
            <AllChanges before={live} after={content} version={version} />
          ) : (
            <>
              <TextInput
                label={t('editor.title')}
                value={content.title}
                maxLength={200}
                error={without.includes('title') && t('editor.title-missing')}
                onChange={({ currentTarget: { value } }) => {
                  set({ title: value })
                }}
              />
              <TextInput
                label={t('editor.summary')}
                value={content.summary}
                maxLength={500}
                onChange={({ currentTarget: { value } }) => {
                  set({ summary: value })
                }}
              />
              <MarkedText
                label={t('editor.body')}
                value={content.body}
                before={live?.body}
                error={without.includes('body') ? t('editor.body-missing') : undefined}
                onChange={(body) => {
                  set({ body })
                }}
              />
            </>
          )}
          {changed && onThrowAway !== undefined && (
            <div>
              <Button variant="subtle" onClick={onThrowAway}>
                {t('editor.throw-away')}
              </Button>
            </div>
          )}
        </div>
        <Preview content={content} />
      </section>
      <p className={styles.after}>
        <IconHourglass size={18} stroke={1.75} aria-hidden="true" />
        {version === 0
          ? t('editor.after-first')
          : t('editor.after', { before: version, version: version + 1 })}
      </p>
      <Fits content={content} onChange={set} />
    </>
  )
}

/**
 * A text field whose new words are marked, and where words went a notch stands. The marks lie under the field in the same
 * letters; what went is read under "Changes".
 */
function MarkedText({
  label,
  value,
  before,
  error,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly before: string | undefined
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}) {
  const id = useId()
  const compared = useDeferredValue(value)
  const found = useMemo(
    (): readonly Stretch[] =>
      before === undefined ? [{ text: compared, is: 'same' }] : changes(before, compared),
    [before, compared],
  )
  // Behind while the marks are being found, the letters of the field itself count.
  const marks: readonly Stretch[] = compared === value ? found : [{ text: value, is: 'same' }]
  return (
    <div className={styles.marked}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.layers}>
        <div className={styles.under} aria-hidden="true">
          {marks.map(({ text, is }, place) =>
            is === 'went' ? (
              <span key={place} className={styles.notch} />
            ) : (
              <span key={place} className={is === 'came' ? styles.came : undefined}>
                {text}
              </span>
            ),
          )}
          {'\n'}
        </div>
        <textarea
          id={id}
          value={value}
          maxLength={100_000}
          spellCheck
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={({ currentTarget }) => {
            onChange(currentTarget.value)
          }}
        />
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  )
}

/** Everything that differs, what went struck through. */
export function AllChanges({
  before,
  after,
  version,
}: {
  readonly before: Content
  readonly after: Content
  /** That of `before`. */
  readonly version: number
}) {
  const { t } = useTranslation('knowledge')
  const parts = (['title', 'summary', 'body'] as const).filter((part) => before[part] !== after[part])
  if (parts.length === 0) return <p className={styles.hint}>{t('editor.no-changes', { version })}</p>
  return (
    <div className={styles.changes}>
      {parts.map((part) => (
        <div key={part}>
          <h4>{t(`editor.${part}`)}</h4>
          <p>
            {changes(before[part], after[part]).map(({ text, is }, place) =>
              is === 'came' ? (
                <ins key={place} className={styles.came}>
                  {text}
                </ins>
              ) : is === 'went' ? (
                <del key={place} className={styles.went}>
                  {text}
                </del>
              ) : (
                <span key={place}>{text}</span>
              ),
            )}
          </p>
        </div>
      ))}
    </div>
  )
}

function Preview({ content: { title, summary, body, fits } }: { readonly content: Content }) {
  const { t } = useTranslation('knowledge')
  const [phone, setPhone] = useState(false)
  const text = useDeferredValue(body)
  const product = fits.flatMap(({ products }) => products)[0]
  return (
    <div className={styles.pane} data-of="preview">
      <div className={styles.head}>
        <h3>{product === undefined ? t('editor.preview') : t('editor.preview-of', { product })}</h3>
        <button
          type="button"
          className={styles.toggle}
          aria-pressed={phone}
          onClick={() => {
            setPhone(!phone)
          }}
        >
          <IconDeviceMobile size={18} stroke={1.75} aria-hidden="true" />
          {t('editor.phone')}
        </button>
      </div>
      <div className={styles.preview} data-phone={phone}>
        {title !== '' && <p className={styles.title}>{title}</p>}
        {summary !== '' && <p className={styles.summary}>{summary}</p>}
        {text === '' ? (
          <p className={styles.hint}>{t('editor.empty-preview')}</p>
        ) : (
          <Suspense fallback={<Shape width="100%" height={120} />}>
            <SafeMarkdown text={text} />
          </Suspense>
        )}
      </div>
    </div>
  )
}
