import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { channelWord, inSentence } from '../shared/journey-line'
import { Kbd, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { useKeys } from './keys'
import { useOpened } from './keys-focus'
import { withCommand } from './keys-shown'
import { wayId } from './transfer-ways'
import type { Way } from './transfer-ways'
import { departmentName } from './wrap-up-causes'
import { Refusal } from './wrap-up-refusal'
import { FaultText } from './wrap-up-view'
import styles from './wrap-up.module.css'

/** A queue as it stands now; `wait` in seconds. */
export interface QueueNow {
  readonly queue: string
  readonly channel: string
  readonly waiting: number
  readonly ready: number
  readonly wait: { readonly mid: number } | null
}

export type Passing =
  { readonly status: 'idle' | 'passing' | 'asked' } | { readonly status: 'failed'; readonly error: unknown }

const MOST_WHY = 500

/** Where a contact can go from here, each with its wait, and why it goes there. */
export function TransferView({
  name,
  channel,
  connected,
  ways,
  queues,
  queue,
  loading,
  passing,
  readOnly = false,
  onPass,
  onClose,
}: {
  readonly name: string | undefined
  readonly channel: string
  readonly connected: boolean
  readonly ways: readonly Way[]
  readonly queues: readonly QueueNow[]
  readonly queue: string | undefined
  readonly loading: boolean
  readonly passing: Passing
  readonly readOnly?: boolean
  readonly onPass: (way: Way, why: string) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation('wrapup')
  const heading = useOpened<HTMLHeadingElement>()
  const [chosen, setChosen] = useState<string>()
  const [why, setWhy] = useState('')
  const [tried, setTried] = useState(false)
  const ids = { title: useId(), why: useId(), group: useId(), toFault: useId(), whyFault: useId() }
  const who = name ?? t('customer')
  const way = ways.find((each) => wayId(each) === chosen)
  const without = why.trim() === ''
  const pass = (): void => {
    setTried(true)
    if (passing.status === 'passing') return
    if (way === undefined) document.getElementById(`${ids.group}-0`)?.focus()
    else if (without) document.getElementById(ids.why)?.focus()
    else onPass(way, why.trim())
  }
  useKeys(readOnly ? {} : { submit: pass, escape: onClose })
  const verb =
    way?.is === 'move' ? t('pass.do-move') : t(way?.is === 'supervisor' ? 'pass.do-supervisor' : 'pass.do')
  return (
    <section className={`${styles.sheet ?? ''} ${styles.narrow ?? ''}`} aria-labelledby={ids.title}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          pass()
        }}
      >
        <div className={styles.head}>
          <h2 id={ids.title} ref={heading} tabIndex={-1}>
            {t('pass.title', { name: who })}
          </h2>
          <span className={styles.hint}>{t('pass.keeps', { name: who })}</span>
        </div>
        {passing.status === 'asked' ? (
          <p role="status">{t('pass.asked')}</p>
        ) : (
          <fieldset disabled={readOnly} className={styles.fields}>
            <fieldset
              className={styles.field}
              {...(tried && way === undefined && { 'aria-describedby': ids.toFault })}
            >
              <legend className={styles.legend}>{t('pass.to')}</legend>
              {loading ? (
                <div className={styles.ways}>
                  <Shape width="60%" height={34} />
                  <Shape width="50%" height={34} />
                </div>
              ) : (
                <div className={styles.ways}>
                  {ways.map((each, index) => (
                    <WayChoice
                      key={wayId(each)}
                      id={`${ids.group}-${String(index)}`}
                      group={ids.group}
                      way={each}
                      who={who}
                      now={queues.find(
                        (one) =>
                          one.channel === (each.is === 'move' ? each.channel : channel) &&
                          (queue === undefined || one.queue === queue),
                      )}
                      checked={wayId(each) === chosen}
                      onChoose={() => {
                        setChosen(wayId(each))
                      }}
                    />
                  ))}
                </div>
              )}
              {!connected && !loading && <p className={styles.hint}>{t('pass.not-connected')}</p>}
              {tried && way === undefined && <FaultText id={ids.toFault} fault="missing" />}
            </fieldset>
            <div className={styles.field}>
              <div className={styles.label}>
                <label htmlFor={ids.why}>{t('pass.why')}</label>
                <span className={styles.hint}>{t('pass.why-hint', { name: who })}</span>
              </div>
              <textarea
                id={ids.why}
                rows={2}
                required
                maxLength={MOST_WHY}
                value={why}
                {...(tried && without && { 'aria-invalid': true, 'aria-describedby': ids.whyFault })}
                onChange={({ currentTarget }) => {
                  setWhy(currentTarget.value)
                }}
              />
              {tried && without && <FaultText id={ids.whyFault} fault="missing" />}
            </div>
          </fieldset>
        )}
        <Refusal error={passing.status === 'failed' ? passing.error : undefined} title={t('pass.failed')} />
        {!readOnly && (
          <div className={styles.row}>
            {passing.status !== 'asked' && (
              <Button type="submit" mt={14} aria-disabled={passing.status === 'passing'}>
                {passing.status === 'passing' ? t('pass.doing') : verb}
                <span className={styles.keys} aria-hidden="true">
                  <Kbd>{withCommand('⏎')}</Kbd>
                </span>
              </Button>
            )}
            <Button variant="subtle" mt={14} onClick={onClose}>
              {t(passing.status === 'asked' ? 'close' : 'pass.stay')}
              <span className={styles.keys} aria-hidden="true">
                <Kbd>Esc</Kbd>
              </span>
            </Button>
          </div>
        )}
      </form>
    </section>
  )
}

function WayChoice({
  id,
  group,
  way,
  who,
  now,
  checked,
  onChoose,
}: {
  readonly id: string
  readonly group: string
  readonly way: Way
  readonly who: string
  readonly now: QueueNow | undefined
  readonly checked: boolean
  readonly onChoose: () => void
}) {
  const { t } = useTranslation('wrapup')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const label = ((): string => {
    switch (way.is) {
      case 'queue':
        return way.skill === undefined
          ? t('pass.anybody', { channel: inSentence(channelWord(way.channel, shared)) })
          : t('pass.skill', { skill: departmentName(way.skill) })
      case 'colleague':
        return t('pass.colleague', { name: way.name })
      case 'move':
        return way.channel === 'phone' || way.channel === 'callback'
          ? t(`pass.move.${way.channel}`, { name: who })
          : t('pass.move.other', { channel: inSentence(channelWord(way.channel, shared)) })
      case 'supervisor':
        return t('pass.supervisor')
    }
  })()
  const more =
    way.is === 'supervisor'
      ? t('pass.supervisor-why')
      : way.is !== 'colleague'
        ? undefined
        : way.caseReference === undefined
          ? t('pass.colleague-knows', { name: who })
          : t('pass.colleague-case', { reference: way.caseReference })
  return (
    <label className={styles.way}>
      <input id={id} type="radio" name={group} checked={checked} onChange={onChoose} />
      <span>
        <strong>{label}</strong>
        {more !== undefined && <small>{more}</small>}
      </span>
      {now !== undefined && (way.is === 'queue' || way.is === 'colleague') && (
        <span className={styles.wait}>
          {[
            ...(now.wait === null ? [] : [format.wait(now.wait.mid)]),
            now.ready === 0 ? t('pass.nobody-ready') : t('pass.ready', { count: now.ready }),
          ].join(' · ')}
        </span>
      )}
    </label>
  )
}
