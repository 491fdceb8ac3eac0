import { IconX } from '@tabler/icons-react'
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './keys.module.css'

/** The browser's own modal dialog: it holds focus, closes with Esc and gives focus back. */
export function KeysDialog({
  title,
  hideTitle = false,
  onClose,
  children,
}: {
  readonly title: string
  readonly hideTitle?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation('wrapup')
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    element?.querySelector<HTMLElement>('[role=combobox]')?.focus()
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    // A press beside it closes it; Esc does too, so nobody needs the pointer.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={heading}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className={styles.inside}>
        <div className={hideTitle ? 'visually-hidden' : styles.head}>
          <h2 id={heading}>{title}</h2>
          {!hideTitle && (
            <button type="button" className={styles.close} aria-label={t('keys.close')} onClick={onClose}>
              <IconX size={18} stroke={1.75} aria-hidden="true" />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  )
}
