import { Button } from '@mantine/core'
import { IconShieldCheck, IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { Kbd } from '../shared/parts'
import { ChannelIcon } from '../shared/icons'
import { One, Several, SpanField } from './choices'
import { docAt, textAt } from './document'
import type { Editing } from './editing'
import { problemsAt } from './editing'
import { KINDS } from './names'
import styles from './policy.module.css'
import { Problems } from './problems'
import type { Axis, Sentence } from './rules'
import {
  channelsFor,
  LEVELS,
  moveRule,
  readRule,
  removeRule,
  rulesOf,
  setRule,
  URGENCIES,
  USUAL,
} from './rules'
import { UpDown } from './sort'
import { writeSpan, readSpan } from './span'

/** One rule as a sentence with choices, and what follows from it. */
export function Rule({
  editing,
  axis,
  id,
  onRemoved,
  onChannels,
}: {
  readonly editing: Editing
  readonly axis: Axis
  readonly id: string
  readonly onRemoved: () => void
  readonly onChannels: () => void
}) {
  const { t } = useTranslation('policy')
  const { doc, live, names, kinds, segments, problems, edit } = editing
  const rules = rulesOf(doc, axis).map(readRule)
  const place = rules.findIndex((rule) => rule.id === id)
  const rule = rules[place]
  if (rule === undefined) return null
  const was = rulesOf(live, axis)
    .map(readRule)
    .find((one) => one.id === id)
  const set = (changes: Partial<Sentence>): void => {
    edit(setRule(doc, axis, place, { ...rule, ...changes }))
  }
  const differs = (part: 'things' | 'reasons' | 'segments' | 'languages' | 'is'): boolean =>
    was === undefined ? rule[part].length > 0 : String(was[part]) !== String(rule[part])
  const clause = (
    key: 'things' | 'reasons' | 'segments' | 'languages' | 'soon' | 'is',
    choice: ReactElement,
  ) => (
    <span className={styles.clause} key={key}>
      <Trans t={t} i18nKey={`sentence.${key}`} components={{ choice }} />
    </span>
  )
  const span = rule.startsWithin
  return (
    <section aria-labelledby="policy-rule">
      <div className={styles.partHead}>
        <h2 id="policy-rule" tabIndex={-1} data-part="">
          {names.title(rule)}
        </h2>
        <span className={styles.sortHint}>
          {t('sort.hint')} <Kbd>⌥</Kbd>
          <UpDown
            name={names.title(rule)}
            place={place}
            of={rules.length}
            onMove={(from, to) => {
              edit(moveRule(doc, axis, from, to))
            }}
          />
        </span>
      </div>
      <Problems problems={problemsAt(problems, `${axis}.${String(place)}`)} />
      <div className={styles.sentence}>
        {clause(
          'things',
          <Several
            label={t('choice.things')}
            none={t('choice.any-things')}
            shown={names.any(rule.things.map(names.thing))}
            groups={[{ choices: KINDS.map((value) => ({ value, label: names.thing(value) })) }]}
            chosen={rule.things}
            changed={differs('things')}
            onChoose={(things) => {
              set({ things })
            }}
          />,
        )}{' '}
        {clause(
          'reasons',
          <Several
            label={t('choice.reasons')}
            none={t('choice.any-reasons')}
            shown={names.any(rule.reasons.map(names.reason))}
            groups={kinds
              // Those of the things chosen, where some are.
              .filter(({ kind }) => rule.things.length === 0 || rule.things.includes(kind))
              .map(({ kind, reasons }) => ({
                label: names.thing(kind),
                choices: reasons.flatMap(({ code, label, details }) => [
                  { value: code, label },
                  ...details.map((detail) => ({ value: detail.code, label: detail.label, under: true })),
                ]),
              }))}
            chosen={rule.reasons}
            changed={differs('reasons')}
            onChoose={(reasons) => {
              set({ reasons })
            }}
          />,
        )}{' '}
        {clause(
          'segments',
          <Several
            label={t('choice.segments')}
            none={t('choice.any-segments')}
            shown={names.any(rule.segments)}
            groups={[{ choices: segments.map((value) => ({ value, label: value })) }]}
            chosen={rule.segments}
            changed={differs('segments')}
            onChoose={(chosen) => {
              set({ segments: chosen })
            }}
          />,
        )}{' '}
        {rule.languages.length > 0 &&
          clause(
            'languages',
            <Several
              label={t('choice.languages')}
              none={t('choice.any-languages')}
              shown={names.any(rule.languages)}
              groups={[{ choices: [] }]}
              chosen={rule.languages}
              changed={differs('languages')}
              onChoose={(languages) => {
                set({ languages })
              }}
            />,
          )}
        {span !== undefined && (
          <>
            {clause(
              'soon',
              <SpanField
                label={t('choice.soon')}
                value={writeSpan(span)}
                changed={was?.startsWithin === undefined || writeSpan(was.startsWithin) !== writeSpan(span)}
                onChange={(text) => {
                  set({ startsWithin: readSpan(text) })
                }}
              />,
            )}{' '}
          </>
        )}
        {clause(
          'is',
          <One
            label={t(axis === 'urgency' ? 'choice.urgency' : 'choice.value')}
            value={rule.is}
            choices={LEVELS[axis].map((value) => ({ value, label: names.level(axis, value) }))}
            changed={differs('is')}
            onChoose={(is) => {
              set({ is })
            }}
          />,
        )}
      </div>
      <div className={styles.ruleActions}>
        {span === undefined ? (
          <Button
            variant="subtle"
            onClick={() => {
              set({ startsWithin: { amount: 24, unit: 'h' } })
            }}
          >
            {t('rule.only-soon')}
          </Button>
        ) : (
          <Button
            variant="subtle"
            onClick={() => {
              set({ startsWithin: undefined })
            }}
          >
            {t('rule.any-time')}
          </Button>
        )}
        <Button
          variant="subtle"
          leftSection={<IconTrash size={16} stroke={1.75} aria-hidden="true" />}
          onClick={() => {
            edit(removeRule(doc, axis, place))
            onRemoved()
          }}
        >
          {t('rule.remove')}
        </Button>
      </div>
      <Offered editing={editing} axis={axis} is={rule.is} onChannels={onChannels} />
    </section>
  )
}

/** What a level is offered, in the policy's order. */
function Offered({
  editing: { doc, names },
  axis,
  is,
  onChannels,
}: {
  readonly editing: Editing
  readonly axis: Axis
  readonly is: string
  readonly onChannels: () => void
}) {
  const { t } = useTranslation('policy')
  const level = { ...USUAL, [axis]: is }
  const channels = channelsFor(doc, level)
  const urgent = axis === 'urgency' && URGENCIES.indexOf(is as 'high') <= 1
  return (
    <>
      <h3 className={styles.offeredHead}>
        {t('rule.offered')}
        <button type="button" className={styles.linkButton} onClick={onChannels}>
          {t('rule.change-channels')}
        </button>
      </h3>
      {channels.length === 0 ? (
        <p className={styles.quiet}>{t('rule.offered-none')}</p>
      ) : (
        <ol className={styles.offered}>
          {channels.map((channel) => {
            const rule = docAt(doc, ['channels', channel])
            const [limit, within] = [textAt(rule, ['waitLimit', 'upper']), textAt(rule, ['within'])]
            return (
              <li key={channel}>
                <ChannelIcon channel={channel} size={18} />
                <strong>{names.channel(channel)}</strong>
                <span>
                  {limit !== undefined
                    ? t('channel.wait-under', { span: names.span(limit) })
                    : within !== undefined
                      ? t(channel === 'callback' ? 'channel.slot-within' : 'channel.answer-within', {
                          span: names.span(within),
                        })
                      : t('channel.always')}
                </span>
                <span className={styles.quiet}>{names.hours(textAt(rule, ['hours']) ?? '')}</span>
              </li>
            )
          })}
        </ol>
      )}
      {urgent && (
        <p className={styles.guaranteed}>
          <IconShieldCheck size={18} stroke={1.75} aria-hidden="true" />
          {t('rule.guaranteed')}
        </p>
      )}
    </>
  )
}
