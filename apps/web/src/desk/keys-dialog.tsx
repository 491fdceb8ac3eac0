import { IconX } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useId, useRef } from 'react'
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
  // A press beside it closes it; Esc does too, so nobody needs the pointer.
  const beside = useEffectEvent(({ target }: MouseEvent) => {
    if (target === dialog.current) onClose()
  })
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    const pressed = (event: MouseEvent): void => {
      beside(event)
    }
    element?.addEventListener('click', pressed)
    element?.querySelector<HTMLElement>('[role=combobox]')?.focus()
    return () => {
      element?.removeEventListener('click', pressed)
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={heading}
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
