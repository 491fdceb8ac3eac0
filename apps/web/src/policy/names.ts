import { useTranslation } from 'react-i18next'
import { CHANNELS } from '../shared/channels'
import { useFormat } from '../words/format'
import type { ReasonKind } from './api'
import { MOVERS } from './moves'
import { DAYS } from './opening'
import type { AtLeast, Axis, Sentence } from './rules'
import { URGENCIES, VALUES } from './rules'
import { readSpan } from './span'

export const KINDS = ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence'] as const

/** What the codes of a policy are called by people. A code that nobody has named is shown as it is. */
export interface PolicyNames {
  readonly channel: (code: string) => string
  readonly thing: (code: string) => string
  readonly reason: (code: string) => string
  readonly level: (axis: Axis, code: string) => string
  readonly mover: (code: string) => string
  readonly day: (place: number) => string
  readonly hours: (name: string) => string
  readonly span: (text: string | undefined) => string
  /** `critical urgency or high value` */
  readonly levels: (levels: readonly AtLeast[]) => string
  readonly any: (list: readonly string[]) => string
  /** What a rule is about, as its name. */
  readonly title: (rule: Sentence) => string
}

export function usePolicyNames(kinds: readonly ReasonKind[]): PolicyNames {
  const { t, i18n } = useTranslation(['policy', 'shared'])
  const format = useFormat()
  const labels = new Map(
    kinds.flatMap(({ reasons }) =>
      reasons.flatMap(({ code, label, details }) => [
        [code, label] as const,
        ...details.map((detail) => [detail.code, detail.label] as const),
      ]),
    ),
  )
  const any = (list: readonly string[]): string =>
    new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(list)
  const thing = (code: string): string => {
    const kind = KINDS.find((each) => each === code)
    return kind === undefined ? code : t(`kind.${kind}`)
  }
  const reason = (code: string): string => labels.get(code) ?? code
  const level = (axis: Axis, code: string): string => {
    const urgency = URGENCIES.find((each) => each === code)
    const value = VALUES.find((each) => each === code)
    if (axis === 'urgency' && urgency !== undefined) return t(`urgency.${urgency}`)
    if (axis === 'value' && value !== undefined) return t(`value.${value}`)
    return code
  }
  return {
    thing,
    reason,
    level,
    any,
    channel: (code) => {
      // The shared word is said to the customer.
      if (code === 'callback') return t('callback')
      const channel = CHANNELS.find((each) => each === code)
      return channel === undefined ? code : t(`channel.${channel}`, { ns: 'shared' })
    },
    mover: (code) => {
      const mover = MOVERS.find((each) => each === code)
      return mover === undefined ? code : t(`mover.${mover}`)
    },
    day: (place) => t(`day.${DAYS[place] ?? 'mon'}`),
    hours: (name) => (name === 'always' ? t('hours.always') : name),
    span: (text) => {
      const span = readSpan(text)
      return span === undefined ? (text ?? t('span.none')) : t(`span.${span.unit}`, { count: span.amount })
    },
    levels: (levels) =>
      any(
        levels.map(({ urgency, value }) => {
          const parts = [
            ...(urgency === undefined ? [] : [t('at-least.urgency', { level: level('urgency', urgency) })]),
            ...(value === undefined ? [] : [t('at-least.value', { level: level('value', value) })]),
          ]
          return parts.length === 0 ? t('at-least.any') : format.list(parts)
        }),
      ),
    title: ({ reasons, things, segments, languages, startsWithin }) => {
      const parts = [reasons.map(reason), things.map(thing), segments, languages]
      const named = parts.filter((list) => list.length > 0).map((list) => any(list))
      if (startsWithin !== undefined && named.length === 0) return t('rule.soon')
      const [first, ...rest] = named
      if (first === undefined) return t('rule.nobody-yet')
      const text = [first, ...rest].join(', ')
      return text.charAt(0).toLocaleUpperCase(i18n.language) + text.slice(1)
    },
  }
}
