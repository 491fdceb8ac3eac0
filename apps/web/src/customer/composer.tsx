import { IconSendFilled } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { TOUCH, useMedia } from '../shared/media'
import styles from './conversation.module.css'

const TELL = 3_000
export const LONGEST = 8_000

/** Where she writes. Enter sends and Shift+Enter breaks; with a finger Enter breaks. */
export function Composer({
  label,
  text,
  onText,
  onSend,
  onTyping,
  readOnly = false,
}: {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly onSend: (text: string) => void
  /** At most once in three seconds. */
  readonly onTyping: () => void
  readonly readOnly?: boolean
}) {
  const { t } = useTranslation('conversation')
  const field = useRef<HTMLTextAreaElement>(null)
  const told = useRef(0)
  const touch = useMedia(TOUCH)
  useEffect(() => {
    // Opening leads to the field, unless she is somewhere already, or a keyboard would jump up.
    const here = document.activeElement
    const free = here === null || here === document.body || here.tagName === 'H1'
    if (!touch && !readOnly && free) field.current?.focus({ preventScroll: true })
  }, [touch, readOnly])
  const send = (): void => {
    const words = text.trim()
    if (words === '' || readOnly) return
    onSend(words)
    onText('')
    told.current = 0
    field.current?.focus({ preventScroll: true })
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div className={styles.field}>
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          value={text}
          readOnly={readOnly}
          maxLength={LONGEST}
          enterKeyHint={touch ? 'enter' : 'send'}
          onChange={({ currentTarget: { value }, timeStamp }) => {
            onText(value)
            if (value === '' || timeStamp - told.current < TELL) return
            told.current = timeStamp
            onTyping()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || touch || event.nativeEvent.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <button type="submit" className={styles.send} title={t('chat.send')} aria-label={t('chat.send')}>
          <IconSendFilled size={20} aria-hidden="true" />
        </button>
      </div>
    </form>
  )
}
