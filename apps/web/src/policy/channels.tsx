import '@mantine/core/styles/Switch.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import { Button, Switch } from '@mantine/core'
import { Trans, useTranslation } from 'react-i18next'
import { ChannelIcon } from '../shared/icons'
import { One, SpanField } from './choices'
import { at, docAt, move, put, sameData, textAt, textsAt } from './document'
import { placeOf, problemsAt } from './editing'
import type { Editing } from './editing'
import { hoursOf } from './opening'
import { From } from './from'
import { Guarantee } from './guarantee'
import styles from './policy.module.css'
import { Problems } from './problems'
import { Grip, UpDown, useSorting } from './sort'
import { secondsOf } from './span'

/** The channels in order, each with when it is offered, and what is guaranteed to whom. */
export function Channels({ editing }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const { doc, names, problems, edit } = editing
  const order = textsAt(doc, ['order'])
  // What is about one channel stands at that channel; what the page has no place for stands here.
  const elsewhere = problems.filter(
    (one) =>
      placeOf(one, () => undefined).part === 'channels' &&
      !/^(urgency|value|guarantee)\b/.test(one.field) &&
      problemsAt([one], ...order.map((channel) => `channels.${channel}`)).length === 0,
  )
  const sorting = useSorting(order.map(names.channel), (from, to) => {
    edit(put(doc, ['order'], move(order, from, to)))
  })
  return (
    <section aria-labelledby="policy-channels">
      <div className={styles.partHead}>
        <h2 id="policy-channels" tabIndex={-1} data-part="">
          {t('channels.title')}
        </h2>
      </div>
      <p className={styles.quiet}>{t('channels.hint')}</p>
      <Problems problems={elsewhere} />
      <ol className={styles.channels}>
        {order.map((channel, place) => (
          <li key={channel} {...sorting.row(place)}>
            <Grip />
            <ChannelIcon channel={channel} size={18} />
            <div className={styles.channelBody}>
              <Channel editing={editing} channel={channel} />
            </div>
            <UpDown name={names.channel(channel)} place={place} of={order.length} onMove={sorting.move} />
          </li>
        ))}
      </ol>
      <Guarantee editing={editing} />
    </section>
  )
}

function Channel({ editing, channel }: { readonly editing: Editing; readonly channel: string }) {
  const { t } = useTranslation('policy')
  const { doc, live, names, problems, edit } = editing
  const rule = docAt(doc, ['channels', channel])
  const set = (path: readonly string[], value: unknown): void => {
    edit(put(doc, ['channels', channel, ...path], value))
  }
  const differs = (...path: string[]): boolean =>
    !sameData(at(doc, ['channels', channel, ...path]), at(live, ['channels', channel, ...path]))
  const [upper, back, within] = [
    textAt(rule, ['waitLimit', 'upper']),
    textAt(rule, ['waitLimit', 'back']),
    textAt(rule, ['within']),
  ]
  const name = names.channel(channel)
  // It never comes back above the limit it leaves at.
  const setLimit = (value: string): void => {
    const limit = put(docAt(rule, ['waitLimit']), ['upper'], value)
    const tooMuch = (secondsOf(back) ?? 0) > (secondsOf(value) ?? 0)
    set(['waitLimit'], tooMuch ? put(limit, ['back'], value) : limit)
  }
  return (
    <>
      <Problems problems={problemsAt(problems, `channels.${channel}`)} />
      <Switch
        label={<strong>{name}</strong>}
        aria-label={t('channel.on', { channel: name })}
        size="sm"
        withThumbIndicator={false}
        checked={rule.active === true}
        onChange={({ currentTarget }) => {
          set(['active'], currentTarget.checked)
        }}
      />
      <div className={styles.conditions}>
        <From
          raw={rule.from}
          label={name}
          editing={editing}
          changed={differs('from')}
          onChange={(from) => {
            set(['from'], from)
          }}
        />
        <span className={styles.clause}>
          <Trans
            t={t}
            i18nKey="channel.in-hours"
            components={{
              choice: (
                <One
                  label={t('channel.hours', { channel: name })}
                  value={textAt(rule, ['hours']) ?? ''}
                  choices={hoursOf(doc).map(([value]) => ({ value, label: names.hours(value) }))}
                  changed={differs('hours')}
                  onChoose={(hours) => {
                    set(['hours'], hours)
                  }}
                />
              ),
            }}
          />
        </span>
        {upper !== undefined && (
          <>
            <span className={styles.clause}>
              <Trans
                t={t}
                i18nKey="channel.limit"
                components={{
                  choice: (
                    <SpanField
                      label={t('channel.limit-label', { channel: name })}
                      value={upper}
                      changed={differs('waitLimit', 'upper')}
                      onChange={setLimit}
                    />
                  ),
                }}
              />
            </span>
            {back !== undefined && (
              <span className={styles.clause}>
                <Trans
                  t={t}
                  i18nKey="channel.back"
                  components={{
                    choice: (
                      <SpanField
                        label={t('channel.back-label', { channel: name })}
                        value={back}
                        changed={differs('waitLimit', 'back')}
                        onChange={(value) => {
                          set(['waitLimit', 'back'], value)
                        }}
                      />
                    ),
                  }}
                />
              </span>
            )}
          </>
        )}
        {within !== undefined && (
          <span className={styles.clause}>
            <Trans
              t={t}
              i18nKey={channel === 'callback' ? 'channel.slot' : 'channel.answer'}
              components={{
                choice: (
                  <SpanField
                    label={t('channel.within-label', { channel: name })}
                    value={within}
                    openDays
                    changed={differs('within')}
                    onChange={(value) => {
                      set(['within'], value)
                    }}
                  />
                ),
              }}
            />
          </span>
        )}
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => {
            set(['waitLimit'], upper === undefined ? { upper: '10m', back: '6m' } : undefined)
          }}
        >
          {t(upper === undefined ? 'channel.add-limit' : 'channel.drop-limit')}
          <span className="visually-hidden">, {name}</span>
        </Button>
      </div>
    </>
  )
}
