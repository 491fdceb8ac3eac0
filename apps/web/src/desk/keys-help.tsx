import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Kbd } from '../shared/parts'
import { ACTIONS, DEFAULT_KEYS, isChoosable, keepKeys, useKeySettings, withKey } from './keys'
import type { LetterAction } from './keys'
import { KeysDialog } from './keys-dialog'
import { withCommand } from './keys-shown'
import styles from './keys.module.css'

/** Lists the keys; each can be changed or switched off, or all of them at once. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('wrapup')
  const settings = useKeySettings()
  const { off, keys } = settings
  const [changing, setChanging] = useState<LetterAction>()
  const fixed = [
    { action: 'palette', key: withCommand('K') },
    { action: 'submit', key: withCommand('⏎') },
    { action: 'escape', key: 'Esc' },
  ] as const
  return (
    <KeysDialog title={t('keys.title')} onClose={onClose}>
      <div className={styles.lead}>
        <p>{t('keys.why')}</p>
        <label className={styles.switch}>
          <input
            type="checkbox"
            role="switch"
            checked={!off}
            onChange={({ currentTarget }) => {
              keepKeys({ ...settings, off: !currentTarget.checked })
            }}
          />
          {t('keys.letters')}: {t(off ? 'keys.off' : 'keys.on')}
        </label>
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('keys.action')}</th>
            <th scope="col">{t('keys.key')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {ACTIONS.map((action) => {
            const name = t(`keys.does.${action}`)
            const key = keys[action] === 'digit' ? '1–9' : keys[action].toLocaleUpperCase()
            return (
              <tr key={action}>
                <th scope="row">{name}</th>
                <td>
                  {action === 'place' ? (
                    key === '' ? (
                      t('keys.none')
                    ) : (
                      <Kbd>{key}</Kbd>
                    )
                  ) : (
                    <button
                      type="button"
                      className={styles.key}
                      aria-label={`${t('keys.change', { action: name })}, ${key === '' ? t('keys.none') : key}`}
                      aria-pressed={changing === action}
                      onClick={() => {
                        setChanging(changing === action ? undefined : action)
                      }}
                      onBlur={() => {
                        setChanging(undefined)
                      }}
                      onKeyDown={(event) => {
                        if (changing !== action) return
                        if (event.key === 'Escape') {
                          event.preventDefault()
                          setChanging(undefined)
                        } else if (isChoosable(event.key)) {
                          event.preventDefault()
                          keepKeys(withKey(settings, action, event.key.toLowerCase()))
                          setChanging(undefined)
                        }
                      }}
                    >
                      {changing === action ? t('keys.press') : key === '' ? t('keys.none') : <Kbd>{key}</Kbd>}
                    </button>
                  )}
                </td>
                <td>
                  {key !== '' && (
                    <button
                      type="button"
                      className={styles.quiet}
                      aria-label={t('keys.switch-off', { action: name })}
                      onClick={() => {
                        keepKeys(withKey(settings, action, ''))
                      }}
                    >
                      {t('keys.switched-off')}
                    </button>
                  )}
                </td>
              </tr>
            )
          })}
          {fixed.map(({ action, key }) => (
            <tr key={action}>
              <th scope="row">{t(`keys.does.${action}`)}</th>
              <td>
                <Kbd>{key}</Kbd>
              </td>
              <td className={styles.hint}>{t('keys.fixed')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button
        variant="default"
        onClick={() => {
          keepKeys({ off: false, keys: DEFAULT_KEYS })
        }}
      >
        {t('keys.reset')}
      </Button>
    </KeysDialog>
  )
}
