import { at, docAt, sameData, textAt, textsAt } from './document'
import type { Doc } from './document'
import { movesOf } from './moves'
import type { Move } from './moves'
import { readOpening } from './opening'
import type { Opening } from './opening'
import { AXES, levelsAt, readRule, rulesOf, URGENCIES, VALUES } from './rules'
import type { AtLeast, Axis, Sentence } from './rules'
import { writeSpan } from './span'

/** Parts of a policy that are edited together. */
export type Part = 'rules' | 'channels' | 'guarantee' | 'hours' | 'moves' | 'waits' | 'others'

export type RulePart = 'things' | 'reasons' | 'segments' | 'languages' | 'startsWithin' | 'is' | 'other'
const RULE_LISTS = ['things', 'reasons', 'segments', 'languages'] as const

export type ChannelPart = 'active' | 'from' | 'hours' | 'limit' | 'back' | 'within' | 'other'

/** One difference between two versions, told apart from its words. */
export type Change =
  | { readonly kind: 'rule-added' | 'rule-removed'; readonly axis: Axis; readonly rule: Sentence }
  | {
      readonly kind: 'rule-changed'
      readonly axis: Axis
      readonly part: RulePart
      readonly before: Sentence
      readonly after: Sentence
    }
  | { readonly kind: 'rules-order'; readonly axis: Axis; readonly after: readonly string[] }
  | { readonly kind: 'order'; readonly after: readonly string[] }
  | { readonly kind: 'channel-added' | 'channel-removed'; readonly channel: string }
  | { readonly kind: 'channel-active'; readonly channel: string; readonly active: boolean }
  | { readonly kind: 'channel-from'; readonly channel: string; readonly from: readonly AtLeast[] }
  | {
      readonly kind: 'channel-hours'
      readonly channel: string
      readonly before: string
      readonly after: string
    }
  | {
      readonly kind: 'channel-limit' | 'channel-back' | 'channel-within'
      readonly channel: string
      readonly before: string | undefined
      readonly after: string | undefined
    }
  | { readonly kind: 'channel-other'; readonly channel: string }
  | { readonly kind: 'guarantee-gone' }
  | {
      readonly kind: 'guarantee'
      readonly when: readonly AtLeast[]
      readonly channels: readonly string[]
      readonly else: readonly string[]
    }
  | { readonly kind: 'hours-added' | 'hours-removed'; readonly name: string }
  | {
      readonly kind: 'hours-changed'
      readonly name: string
      readonly before: Opening
      readonly after: Opening
    }
  | { readonly kind: 'move-added' | 'move-removed'; readonly move: Move }
  | {
      readonly kind: 'wait'
      readonly urgency: string
      readonly before: string | undefined
      readonly after: string | undefined
    }
  | {
      readonly kind: 'less'
      readonly value: string
      readonly before: string | undefined
      readonly after: string | undefined
    }
  | { readonly kind: 'other'; readonly member: string }

const KNOWN = ['urgency', 'value', 'order', 'channels', 'guarantee', 'hours', 'escalation', 'answerWithin']

/** What another version would change; nothing when it says the same in other words. */
export function difference(before: Doc, after: Doc): readonly Change[] {
  if (sameData(before, after)) return []
  return [
    ...AXES.flatMap((axis) => ofRules(before, after, axis)),
    ...ofChannels(before, after),
    ...ofGuarantee(before, after),
    ...ofHours(before, after),
    ...ofMoves(before, after),
    ...ofWaits(before, after),
    ...[...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((member) => !KNOWN.includes(member) && !sameData(before[member], after[member]))
      .map((member): Change => ({ kind: 'other', member })),
  ]
}

export function partOf({ kind }: Change): Part {
  if (kind.startsWith('rule')) return 'rules'
  if (kind.startsWith('channel') || kind === 'order') return 'channels'
  if (kind.startsWith('guarantee')) return 'guarantee'
  if (kind.startsWith('hours')) return 'hours'
  if (kind.startsWith('move')) return 'moves'
  return kind === 'other' ? 'others' : 'waits'
}

/** Rules of an axis that are new or say something else, by id. */
export function changedRules(changes: readonly Change[], axis: Axis): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) => {
      if (change.kind === 'rule-added') return change.axis === axis ? [change.rule.id] : []
      if (change.kind === 'rule-changed') return change.axis === axis ? [change.after.id] : []
      return []
    }),
  )
}

function ofRules(before: Doc, after: Doc, axis: Axis): readonly Change[] {
  const [old, now] = [before, after].map((doc) =>
    rulesOf(doc, axis).map((raw) => ({ raw, rule: readRule(raw) })),
  )
  if (old === undefined || now === undefined) return []
  const removed = old.filter(({ rule }) => now.every((one) => one.rule.id !== rule.id))
  const changes = now.flatMap(({ raw, rule }): readonly Change[] => {
    const was = old.find((one) => one.rule.id === rule.id)
    if (was === undefined) return [{ kind: 'rule-added', axis, rule }]
    if (sameData(was.raw, raw)) return []
    const parts = ruleParts(was.rule, rule)
    return (parts.length > 0 ? parts : (['other'] as const)).map((part) => ({
      kind: 'rule-changed',
      axis,
      part,
      before: was.rule,
      after: rule,
    }))
  })
  const both = (list: typeof old, other: typeof old) =>
    list.map(({ rule }) => rule.id).filter((id) => other.some(({ rule }) => rule.id === id))
  const order = both(now, old)
  return [
    ...changes,
    ...removed.map(({ rule }): Change => ({ kind: 'rule-removed', axis, rule })),
    ...(order.join() === both(old, now).join() ? [] : [{ kind: 'rules-order', axis, after: order } as const]),
  ]
}

function ruleParts(before: Sentence, after: Sentence): readonly RulePart[] {
  const span = ({ startsWithin }: Sentence): string =>
    startsWithin === undefined ? '' : writeSpan(startsWithin)
  return [
    ...RULE_LISTS.filter((part) => !sameData([...before[part]].sort(), [...after[part]].sort())),
    ...(span(before) === span(after) ? [] : (['startsWithin'] as const)),
    ...(before.is === after.is ? [] : (['is'] as const)),
  ]
}

function ofChannels(before: Doc, after: Doc): readonly Change[] {
  const [old, now] = [docAt(before, ['channels']), docAt(after, ['channels'])]
  const changes = Object.keys(now).flatMap((channel): readonly Change[] => {
    if (old[channel] === undefined) return [{ kind: 'channel-added', channel }]
    return sameData(old[channel], now[channel]) ? [] : ofChannel(channel, old[channel], now[channel])
  })
  const removed = Object.keys(old).filter((channel) => now[channel] === undefined)
  const order = textsAt(after, ['order'])
  return [
    ...changes,
    ...removed.map((channel): Change => ({ kind: 'channel-removed', channel })),
    ...(sameData(textsAt(before, ['order']), order) ? [] : [{ kind: 'order', after: order } as const]),
  ]
}

function ofChannel(channel: string, old: unknown, now: unknown): readonly Change[] {
  const spans = [
    ['channel-limit', ['waitLimit', 'upper']],
    ['channel-back', ['waitLimit', 'back']],
    ['channel-within', ['within']],
  ] as const
  const [before, after] = [textAt(old, ['hours']) ?? '', textAt(now, ['hours']) ?? '']
  const changes: readonly Change[] = [
    ...(at(old, ['active']) === at(now, ['active'])
      ? []
      : [{ kind: 'channel-active', channel, active: at(now, ['active']) === true } as const]),
    ...(sameData(at(old, ['from']), at(now, ['from']))
      ? []
      : [{ kind: 'channel-from', channel, from: levelsAt(at(now, ['from'])) } as const]),
    ...(before === after ? [] : [{ kind: 'channel-hours', channel, before, after } as const]),
    ...spans.flatMap(([kind, path]): readonly Change[] => {
      const [was, is] = [textAt(old, path), textAt(now, path)]
      return was === is ? [] : [{ kind, channel, before: was, after: is }]
    }),
  ]
  return changes.length > 0 ? changes : [{ kind: 'channel-other', channel }]
}

function ofGuarantee(before: Doc, after: Doc): readonly Change[] {
  if (sameData(before.guarantee, after.guarantee)) return []
  if (after.guarantee === undefined) return [{ kind: 'guarantee-gone' }]
  const { guarantee } = after
  return [
    {
      kind: 'guarantee',
      when: levelsAt(at(guarantee, ['when'])),
      channels: textsAt(guarantee, ['channels']),
      else: textsAt(guarantee, ['else']),
    },
  ]
}

function ofHours(before: Doc, after: Doc): readonly Change[] {
  const [old, now] = [docAt(before, ['hours']), docAt(after, ['hours'])]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name): readonly Change[] => {
    if (old[name] === undefined) return [{ kind: 'hours-added', name }]
    if (now[name] === undefined) return [{ kind: 'hours-removed', name }]
    const [was, is] = [readOpening(old[name]), readOpening(now[name])]
    return sameData(was, is) ? [] : [{ kind: 'hours-changed', name, before: was, after: is }]
  })
}

function ofMoves(before: Doc, after: Doc): readonly Change[] {
  const [old, now] = [movesOf(before), movesOf(after)]
  const missing = (from: readonly Move[], moves: readonly Move[]) =>
    moves.filter(
      (move) => !from.some((one) => one.from === move.from && one.to === move.to && one.by === move.by),
    )
  return [
    ...missing(old, now).map((move): Change => ({ kind: 'move-added', move })),
    ...missing(now, old).map((move): Change => ({ kind: 'move-removed', move })),
  ]
}

function ofWaits(before: Doc, after: Doc): readonly Change[] {
  const told = (path: readonly string[]) => ({
    before: textAt(before, ['answerWithin', ...path]),
    after: textAt(after, ['answerWithin', ...path]),
  })
  return [
    ...URGENCIES.map((urgency) => ({ kind: 'wait', urgency, ...told([urgency]) }) as const),
    ...VALUES.map((value) => ({ kind: 'less', value, ...told(['less', `value.${value}`]) }) as const),
  ].filter((change) => change.before !== change.after)
}
