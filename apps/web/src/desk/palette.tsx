import { useDeferredValue, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useApi, useSession } from '../api/context'
import { forgetWords } from '../shared/outbox'
import { Kbd } from '../shared/parts'
import { chooseScheme, useScheme } from '../shared/scheme'
import { placesOf } from './frame'
import { doable, perform, useKeys, useKeySettings } from './keys'
import { KeysDialog } from './keys-dialog'
import { KeysHelp } from './keys-help'
import { withCommand } from './keys-shown'
import styles from './keys.module.css'
import { fitting, useFound } from './palette-found'
import type { Entry } from './palette-found'
import { closePalette, openPalette, useOpenedPalette } from './palette-open'

/** Do anything: names, cases, actions and places in one field; and the list of keys. Mounted once, beside every page. */
export default function Palette() {
  const opened = useOpenedPalette()
  // Gone when somebody signs out.
  useEffect(() => closePalette, [])
  useKeys(
    {
      palette: () => {
        openPalette()
      },
      search: () => {
        openPalette()
      },
      help: () => {
        openPalette('keys')
      },
    },
    // A page with a search of its own has `/` for that.
    { under: true },
  )
  if (opened === 'keys') return <KeysHelp onClose={closePalette} />
  return opened === 'palette' ? <Everything onClose={closePalette} /> : null
}

const GROUPS = ['customers', 'cases', 'actions', 'places'] as const

function Everything({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('wrapup')
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const asked = useDeferredValue(typed)
  const { customers, cases, failed, asking } = useFound(asked)
  const standing = useStanding()
  const [, go] = useLocation()
  const found: readonly Entry[] = [
    ...customers.map(({ id, name, email }): Entry => ({
      id: `customer:${id}`,
      group: 'customers',
      label: name ?? email ?? id,
      ...(name !== undefined && email !== undefined && { detail: email }),
      run: () => {
        go(`/desk/work?customer=${id}`)
      },
    })),
    ...cases.map(({ id, reference, subject }): Entry => ({
      id: `case:${id}`,
      group: 'cases',
      label: t('palette.case', { reference, subject }),
      run: () => {
        go(`/desk/work/cases/${id}`)
      },
    })),
    ...fitting(standing, typed),
  ]
  const here = Math.min(at, found.length - 1)
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    onClose()
    // When focus is back where it was, so that what it does can take it from there.
    requestAnimationFrame(entry.run)
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => {
      setAt(here + 1 >= found.length ? 0 : here + 1)
    },
    ArrowUp: () => {
      setAt(here <= 0 ? found.length - 1 : here - 1)
    },
    Enter: () => {
      run(found[here])
    },
  }
  const idOf = (entry: Entry): string => `${list}-${String(found.indexOf(entry))}`
  const chosen = found[here]
  return (
    <KeysDialog title={t('palette.title')} hideTitle onClose={onClose}>
      <input
        className={styles.search}
        role="combobox"
        aria-label={t('palette.label')}
        placeholder={t('palette.label')}
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        {...(chosen !== undefined && { 'aria-activedescendant': idOf(chosen) })}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const act = keys[event.key]
          if (act === undefined || event.nativeEvent.isComposing) return
          event.preventDefault()
          act()
        }}
      />
      <div id={list} role="listbox" aria-label={t('palette.title')} className={styles.found}>
        {GROUPS.map((group) => {
          const entries = found.filter((entry) => entry.group === group)
          if (entries.length === 0) return null
          return (
            <div key={group} role="group" aria-label={t(`palette.group.${group}`)}>
              <div className={styles.group} aria-hidden="true">
                {t(`palette.group.${group}`)}
              </div>
              {entries.map((entry) => (
                <Option
                  key={entry.id}
                  id={idOf(entry)}
                  entry={entry}
                  chosen={entry === chosen}
                  onChoose={() => {
                    run(entry)
                  }}
                />
              ))}
            </div>
          )
        })}
      </div>
      <p className={styles.said} role="status">
        {failed
          ? t('palette.failed')
          : found.length === 0 && !asking
            ? t('palette.nothing', { words: typed.trim() })
            : typed === ''
              ? t('palette.hint')
              : t('palette.found', { count: found.length })}
      </p>
    </KeysDialog>
  )
}

function Option({
  id,
  entry: { label, detail, key },
  chosen,
  onChoose,
}: {
  readonly id: string
  readonly entry: Entry
  readonly chosen: boolean
  readonly onChoose: () => void
}) {
  return (
    // The field keeps focus and has the keys; a press is all that is left for the option.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={styles.option}
      ref={chosen ? intoView : null}
      onPointerDown={(event) => {
        event.preventDefault()
      }}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChoose()
      }}
    >
      <span>{label}</span>
      {detail !== undefined && <span className={styles.hint}>{detail}</span>}
      {key !== undefined && (
        <span className={styles.end} aria-hidden="true">
          <Kbd>{key}</Kbd>
        </span>
      )}
    </div>
  )
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

/** What can be done and where one can go, whatever is typed. */
function useStanding(): readonly Entry[] {
  const { t } = useTranslation('wrapup')
  const { t: shared } = useTranslation('shared')
  const session = useSession()
  const { session: mine } = useApi()
  const scheme = useScheme()
  const [, go] = useLocation()
  const { off, keys } = useKeySettings()
  const [able] = useState(doable)
  const actions = able
    .filter(
      (action) => action !== 'search' && action !== 'help' && action !== 'palette' && action !== 'escape',
    )
    .map((action): Entry => {
      const key = action === 'submit' ? withCommand('⏎') : off ? '' : keys[action].toLocaleUpperCase()
      return {
        id: action,
        group: 'actions',
        label: t(`keys.does.${action}`),
        ...(key !== '' && { key }),
        run: () => {
          perform({ action })
        },
      }
    })
  const places = session.status === 'in' ? placesOf(session.person) : []
  return [
    ...actions,
    {
      id: 'keys',
      group: 'actions',
      label: t('palette.keys'),
      key: '?',
      run: () => {
        openPalette('keys')
      },
    },
    {
      id: 'scheme',
      group: 'actions',
      label: t('palette.scheme'),
      run: () => {
        chooseScheme(scheme === 'dark' ? 'light' : 'dark')
      },
    },
    {
      id: 'sign-out',
      group: 'actions',
      label: t('palette.sign-out'),
      run: () => {
        forgetWords(mine.side)
        void mine.signOut()
      },
    },
    ...places.map(({ name, to }): Entry => ({
      id: `place:${name}`,
      group: 'places',
      label: shared(`rail.${name}`),
      run: () => {
        go(to)
      },
    })),
  ]
}
