import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useSession } from '../api/context'
import { PartFailed } from '../shared/parts'
import { promisesKey } from './api'
import type { PromiseTerms } from './api'
import { SpanField } from './choices'
import { at, put, textAt, textsAt } from './document'
import { problemsAt } from './editing'
import type { Editing } from './editing'
import styles from './policy.module.css'
import { Problems } from './problems'
import { URGENCIES, VALUES } from './rules'
import { secondsOf, spanOf, writeSpan } from './span'

/** How soon somebody is answered: what the queue orders by, and what customers are promised. */
export function Waits({ editing }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const { doc, live, names, problems, promises, edit, readOnly } = editing
  const session = useSession()
  const mayPromise = session.status === 'in' && session.person.roles.includes('supervisor')
  const channels = [...new Set([...promises.map(({ channel }) => channel), ...textsAt(doc, ['order'])])]
  const field = (path: readonly string[], label: string, text: string | undefined) => (
    <tr key={path.join('.')}>
      <th scope="row">{label}</th>
      <td>
        <SpanField
          label={label}
          value={text ?? '0s'}
          changed={text !== textAt(live, ['answerWithin', ...path])}
          onChange={(value) => {
            edit(put(doc, ['answerWithin', ...path], value))
          }}
        />
      </td>
    </tr>
  )
  return (
    <section aria-labelledby="policy-waits">
      <div className={styles.partHead}>
        <h2 id="policy-waits" tabIndex={-1} data-part="">
          {t('waits.title')}
        </h2>
      </div>
      <Problems problems={problemsAt(problems, 'answerWithin')} />
      <p className={styles.quiet}>{t('waits.hint')}</p>
      <table className={styles.plain}>
        <caption className="visually-hidden">{t('waits.title')}</caption>
        <tbody>
          {URGENCIES.map((urgency) =>
            field([urgency], names.level('urgency', urgency), textAt(doc, ['answerWithin', urgency])),
          )}
          {VALUES.filter(
            (value) => value === 'high' || at(doc, ['answerWithin', 'less', `value.${value}`]) !== undefined,
          ).map((value) =>
            field(
              ['less', `value.${value}`],
              t('waits.less', { level: names.level('value', value) }),
              textAt(doc, ['answerWithin', 'less', `value.${value}`]),
            ),
          )}
        </tbody>
      </table>
      <h3 className={styles.below}>{t('waits.promised')}</h3>
      <p className={styles.quiet}>{t('waits.promised-hint')}</p>
      <ul className={styles.promises}>
        {channels.map((channel) => (
          <Promise
            key={channel}
            channel={channel}
            name={names.channel(channel)}
            terms={promises.find((each) => each.channel === channel)}
            shown={(seconds) => names.span(writeSpan(spanOf(seconds)))}
            readOnly={readOnly || !mayPromise}
          />
        ))}
      </ul>
    </section>
  )
}

/** What customers may expect of a channel. It is no part of the policy: it holds from the moment it is given. */
function Promise({
  channel,
  name,
  terms,
  shown,
  readOnly,
}: {
  readonly channel: string
  readonly name: string
  readonly terms: PromiseTerms | undefined
  readonly shown: (seconds: number) => string
  readonly readOnly: boolean
}) {
  const { t } = useTranslation('policy')
  const api = useApi()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const [within, setWithin] = useState(() => writeSpan(spanOf(terms?.threshold ?? 120)))
  const [share, setShare] = useState(terms?.share ?? 80)
  const [state, setState] = useState<'idle' | 'sending' | { readonly failed: unknown }>('idle')
  const send = async (): Promise<void> => {
    setState('sending')
    try {
      const threshold = secondsOf(within) ?? 0
      await api.post('/insight/promises', {
        channel,
        definition: terms?.definition ?? 'S2',
        threshold,
        share,
      })
      await queries.invalidateQueries({ queryKey: promisesKey })
      setState('idle')
      setOpen(false)
    } catch (failed) {
      setState({ failed })
    }
  }
  return (
    <li>
      <strong>{name}</strong>
      <span>
        {terms === undefined
          ? t('waits.no-promise')
          : t('waits.promise', { share: terms.share, within: shown(terms.threshold) })}
      </span>
      {!readOnly && !open && (
        <button
          type="button"
          className={styles.linkButton}
          aria-label={t('waits.change-of', { channel: name })}
          onClick={() => {
            setOpen(true)
          }}
        >
          {t('waits.change')}
        </button>
      )}
      {open && (
        <form
          className={styles.promiseForm}
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          <label>
            {t('waits.share')}
            <input
              type="number"
              className={styles.field}
              min={1}
              max={100}
              required
              value={share}
              onChange={({ currentTarget }) => {
                if (Number.isInteger(currentTarget.valueAsNumber)) setShare(currentTarget.valueAsNumber)
              }}
            />
          </label>
          <SpanField label={t('waits.within')} value={within} onChange={setWithin} />
          <Button type="submit" variant="default" disabled={state === 'sending'}>
            {t(state === 'sending' ? 'waits.promising' : 'waits.promise-now')}
          </Button>
          <Button
            variant="subtle"
            onClick={() => {
              setOpen(false)
            }}
          >
            {t('waits.leave')}
          </Button>
          {typeof state === 'object' && <PartFailed error={state.failed} title={t('waits.failed')} />}
        </form>
      )}
    </li>
  )
}
