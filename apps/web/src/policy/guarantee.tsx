import { Button } from '@mantine/core'
import { Trans, useTranslation } from 'react-i18next'
import { Several } from './choices'
import { at, docAt, listAt, put, sameData, textsAt } from './document'
import type { Doc } from './document'
import { problemsAt } from './editing'
import type { Editing } from './editing'
import styles from './policy.module.css'
import { Problems } from './problems'
import { levelsAt, URGENCIES, VALUES } from './rules'

/** Who is never left without somebody at once (C12). */
export function Guarantee({ editing }: { readonly editing: Editing }) {
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
