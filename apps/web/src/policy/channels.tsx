import '@mantine/core/styles/Switch.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import { Button, Switch } from '@mantine/core'
import { Trans, useTranslation } from 'react-i18next'
import { ChannelIcon } from '../shared/icons'
import { One, Several, SpanField } from './choices'
import { at, docAt, listAt, move, put, sameData, textAt, textsAt } from './document'
import type { Doc } from './document'
import { placeOf, problemsAt } from './editing'
import type { Editing } from './editing'
import { hoursOf } from './opening'
import styles from './policy.module.css'
import { Problems } from './problems'
import { levelsAt, URGENCIES, VALUES } from './rules'
import type { AtLeast } from './rules'
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
                      XX
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

interface Simple {
  readonly urgency: string
  readonly value: string
}

/** One level of urgency, or one of value, or either; undefined when the policy says more than that. */
function simple(levels: readonly AtLeast[]): Simple | undefined {
  const [urgencies, values] = [
    levels.flatMap(({ urgency }) => urgency ?? []),
    levels.flatMap(({ value }) => value ?? []),
  ]
  const single = levels.every(({ urgency, value }) => urgency === undefined || value === undefined)
  if (!single || urgencies.length > 1 || values.length > 1) return undefined
  if (levels.some(({ urgency, value }) => urgency === undefined && value === undefined)) {
    return { urgency: 'any', value: 'none' }
  }
  return { urgency: urgencies[0] ?? 'none', value: values[0] ?? 'none' }
}

function From({
  raw,
  label,
  editing: { names },
  changed,
  onChange,
}: {
  readonly raw: unknown
  readonly label: string
  readonly editing: Editing
  readonly changed: boolean
  readonly onChange: (from: readonly AtLeast[]) => void
}) {
  const { t } = useTranslation('policy')
  const levels = levelsAt(raw)
  const read = simple(levels)
  if (read === undefined) return <span className={styles.clause}>{names.levels(levels)}</span>
  const set = ({ urgency, value }: Simple): void => {
    if (urgency === 'any') onChange([{}])
    else {
      onChange([...(urgency === 'none' ? [] : [{ urgency }]), ...(value === 'none' ? [] : [{ value }])])
    }
  }
  return (
    <>
      <span className={styles.clause}>
        <Trans
          t={t}
          i18nKey="channel.from-urgency"
          components={{
            choice: (
              <One
                label={t('channel.from-urgency-label', { channel: label })}
                value={read.urgency}
                choices={[
                  { value: 'any', label: t('at-least.any') },
                  ...[...URGENCIES].reverse().map((value) => ({
                    value,
                    label: t('at-least.urgency', { level: names.level('urgency', value) }),
                  })),
                  ...(read.value === 'none' ? [] : [{ value: 'none', label: t('at-least.no-urgency') }]),
                ]}
                changed={changed}
                onChoose={(urgency) => {
                  set({ ...read, urgency })
                }}
              />
            ),
          }}
        />
      </span>
      {read.urgency !== 'any' && (
        <span className={styles.clause}>
          <Trans
            t={t}
            i18nKey="channel.from-value"
            components={{
              choice: (
                <One
                  label={t('channel.from-value-label', { channel: label })}
                  value={read.value}
                  choices={[
                    { value: 'none', label: t('at-least.no-value') },
                    ...VALUES.filter((value) => value !== 'low').map((value) => ({
                      value,
                      label: t('at-least.value', { level: names.level('value', value) }),
                    })),
                  ]}
                  changed={changed}
                  onChoose={(value) => {
                    set({ ...read, value })
                  }}
                />
              ),
            }}
          />
        </span>
      )}
    </>
  )
}

/** Who is never left without somebody at once (C12). */
function Guarantee({ editing }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const { doc, live, names, problems, edit } = editing
  const guarantee: Doc | undefined = doc.guarantee === undefined ? undefined : docAt(doc, ['guarantee'])
  const order = textsAt(doc, ['order'])
  const differs = (member: string): boolean =>
    !sameData(at(doc, ['guarantee', member]), at(live, ['guarantee', member]))
  const several = (member: 'channels' | 'else', label: string, none: string, of: readonly string[]) => (
    <Several
      label={label}
      none={none}
      shown={names.any(textsAt(guarantee, [member]).map(names.channel))}
      groups={[{ choices: of.map((value) => ({ value, label: names.channel(value) })) }]}
      chosen={textsAt(guarantee, [member])}
      changed={differs(member)}
      onChoose={(chosen) => {
        edit(put(doc, ['guarantee', member], chosen))
      }}
    />
  )
  const levels = levelsAt(at(guarantee, ['when']))
  const keys = levels.flatMap(({ urgency, value }) =>
    urgency !== undefined && value === undefined
      ? [`urgency.${urgency}`]
      : value !== undefined && urgency === undefined
        ? [`value.${value}`]
        : [],
  )
  return (
    <section aria-labelledby="policy-guarantee" className={styles.below}>
      <h3 id="policy-guarantee">{t('guarantee.title')}</h3>
      <Problems problems={problemsAt(problems, 'guarantee')} />
      {guarantee === undefined ? (
        <>
          <p className={styles.quiet}>{t('guarantee.none')}</p>
          <Button
            variant="default"
            onClick={() => {
              const channels = order.filter(
                (channel) => at(doc, ['channels', channel, 'pace']) === 'immediate',
              )
              edit(
                put(doc, ['guarantee'], {
                  when: [{ urgency: 'high' }],
                  pace: 'immediate',
                  channels,
                  else: [],
                }),
              )
            }}
          >
            {t('guarantee.add')}
          </Button>
        </>
      ) : (
        <div className={styles.sentence} data-small="">
          <span className={styles.clause}>
            <Trans
              t={t}
              i18nKey="guarantee.when"
              components={{
                choice: (
                  <Several
                    label={t('guarantee.when-label')}
                    none={t('guarantee.nobody')}
                    shown={names.levels(levels)}
                    groups={[
                      {
                        label: t('axis.urgency'),
                        choices: URGENCIES.map((level) => ({
                          value: `urgency.${level}`,
                          label: t('at-least.urgency', { level: names.level('urgency', level) }),
                        })),
                      },
                      {
                        label: t('axis.value'),
                        choices: VALUES.filter((level) => level !== 'low').map((level) => ({
                          value: `value.${level}`,
                          label: t('at-least.value', { level: names.level('value', level) }),
                        })),
                      },
                    ]}
                    chosen={keys}
                    changed={differs('when')}
                    onChoose={(chosen) => {
                      const others = listAt(guarantee, ['when']).filter((_, n) => {
                        const { urgency, value } = levels[n] ?? {}
                        return (urgency === undefined) === (value === undefined)
                      })
                      // In one order, however they were ticked.
                      const ticked = [...chosen].sort().map((key) => {
                        const [axis = '', level = ''] = key.split('.')
                        return { [axis]: level }
                      })
                      edit(put(doc, ['guarantee', 'when'], [...others, ...ticked]))
                    }}
                  />
                ),
              }}
            />
          </span>{' '}
          <span className={styles.clause}>
            <Trans
              t={t}
              i18nKey="guarantee.channels"
              components={{
                choice: several('channels', t('guarantee.channels-label'), t('guarantee.no-channel'), order),
              }}
            />
          </span>{' '}
          <span className={styles.clause}>
            <Trans
              t={t}
              i18nKey="guarantee.else"
              components={{
                choice: several('else', t('guarantee.else-label'), t('guarantee.no-else'), order),
              }}
            />
          </span>
        </div>
      )}
    </section>
  )
}
