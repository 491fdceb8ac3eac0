import { useTranslation } from 'react-i18next'
import type { Change } from './difference'
import type { PolicyNames } from './names'
import { timesShown } from './opening'
import type { Opening } from './opening'
import type { Sentence } from './rules'
import { writeSpan } from './span'

/** The difference to another version in words, a sentence for each change. */
export function useDifferenceWords(names: PolicyNames): (change: Change) => string {
  const { t } = useTranslation('policy')
  const span = (text: string | undefined): string => names.span(text)
  const open = (opening: Opening, day: number): string => {
    const times = opening.week[day] ?? []
    return times.length === 0 ? t('hours.shut') : timesShown(times)
  }
  const about = (rule: Sentence, part: 'things' | 'reasons' | 'segments' | 'languages'): string => {
    const list = rule[part]
    const name = part === 'things' ? names.thing : part === 'reasons' ? names.reason : (code: string) => code
    return list.length === 0 ? t(`choice.any-${part}`) : names.any(list.map(name))
  }
  return (change) => {
    switch (change.kind) {
      case 'rule-added':
      case 'rule-removed':
        return t(`change.${change.kind}`, {
          rule: names.title(change.rule),
          level: names.level(change.axis, change.rule.is),
        })
      case 'rule-changed': {
        const { part, before, after, axis } = change
        const rule = names.title(after)
        if (part === 'is') {
          return t('change.rule-is', {
            rule,
            before: names.level(axis, before.is),
            after: names.level(axis, after.is),
          })
        }
        if (part === 'other') return t('change.rule-other', { rule })
        if (part === 'startsWithin') {
          const told = (one: Sentence): string =>
            one.startsWithin === undefined ? t('choice.any-time') : span(writeSpan(one.startsWithin))
          return t('change.rule-soon', { rule, before: told(before), after: told(after) })
        }
        return t(`change.rule-${part}`, { rule, before: about(before, part), after: about(after, part) })
      }
      case 'rules-order':
        return t('change.rules-order', { order: change.after.join(', ') })
      case 'order':
        return t('change.order', { order: change.after.map(names.channel).join(', ') })
      case 'channel-added':
      case 'channel-removed':
      case 'channel-other':
        return t(`change.${change.kind}`, { channel: names.channel(change.channel) })
      case 'channel-active':
        return t(change.active ? 'change.channel-on' : 'change.channel-off', {
          channel: names.channel(change.channel),
        })
      case 'channel-from':
        return t('change.channel-from', {
          channel: names.channel(change.channel),
          levels: names.levels(change.from),
        })
      case 'channel-hours':
        return t('change.channel-hours', {
          channel: names.channel(change.channel),
          before: names.hours(change.before),
          after: names.hours(change.after),
        })
      case 'channel-limit':
      case 'channel-back':
      case 'channel-within':
        return t(`change.${change.kind}`, {
          channel: names.channel(change.channel),
          before: span(change.before),
          after: span(change.after),
        })
      case 'guarantee-gone':
        return t('change.guarantee-gone')
      case 'guarantee':
        return t('change.guarantee', {
          levels: names.levels(change.when),
          channels: names.any(change.channels.map(names.channel)),
        })
      case 'hours-added':
      case 'hours-removed':
        return t(`change.${change.kind}`, { name: names.hours(change.name) })
      case 'hours-changed': {
        const { before, after, name } = change
        const days = after.week.flatMap((_, day) =>
          open(before, day) === open(after, day)
            ? []
            : [
                t('change.hours-day', {
                  day: names.day(day),
                  before: open(before, day),
                  after: open(after, day),
                }),
              ],
        )
        const dates =
          JSON.stringify(before.except) === JSON.stringify(after.except) ? [] : [t('change.hours-dates')]
        return t('change.hours-changed', { name: names.hours(name), what: [...days, ...dates].join('; ') })
      }
      case 'move-added':
      case 'move-removed':
        return t(`change.${change.kind}`, {
          from: names.channel(change.move.from),
          to: names.channel(change.move.to),
          by: names.mover(change.move.by),
        })
      case 'wait':
        return t('change.wait', {
          level: names.level('urgency', change.urgency),
          before: span(change.before),
          after: span(change.after),
        })
      case 'less':
        return t('change.less', {
          level: names.level('value', change.value),
          before: span(change.before),
          after: span(change.after),
        })
      case 'other':
        return t('change.other', { member: change.member })
    }
  }
}
