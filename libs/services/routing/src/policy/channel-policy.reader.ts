import { Refused } from '@throughline/kernel'
import { MOVERS, PACES, URGENCIES, VALUES } from './channel-policy.js'
import type {
  AnswerWithin,
  AtLeast,
  ChannelPolicy,
  ChannelRule,
  Condition,
  EscalationEdge,
  Guarantee,
  LevelRule,
  Within,
} from './channel-policy.js'
import { DataReader, isMembers } from './data-reader.js'
import type { Members, PolicyProblem } from './data-reader.js'
import { isTimeZone, WEEKDAYS } from './opening-hours.js'
import type { Interval, OpeningHours } from './opening-hours.js'

const SKILL = /^[a-z][a-z0-9-]*(@[1-9])?$/

/**
 * A policy from data of the published shape.
 *
 * @throws Refused `invalid` `routing.policy-invalid`; `field` is the first place, `more.problems` holds every one
 */
export function readChannelPolicy(raw: unknown): ChannelPolicy {
  const reader = new Reader()
  const policy = reader.policy(raw)
  refuseProblems(reader.problems)
  return policy
}

export function refuseProblems(problems: readonly PolicyProblem[]): void {
  const first = problems[0]
  if (first === undefined) return
  throw new Refused('invalid', 'routing.policy-invalid', `${first.field}: ${first.problem}`, {
    field: first.field,
    more: { problems },
  })
}

/** Reads on past a mistake with a stand-in, so that the author sees all of them at once. */
class Reader extends DataReader {
  policy(raw: unknown): ChannelPolicy {
    const base = this.whole(raw, '')
    // A mistake of the base would be told again for each segment.
    if (this.problems.length > 0 || !isMembers(raw)) return base
    const { segments, ...rest } = raw
    const read = Object.entries(this.members(segments ?? {}, 'segments')).map(
      ([name, override]): [string, ChannelPolicy] => {
        const field = `segments.${name}`
        this.name(name, field)
        const changes = this.members(override, field)
        for (const fixed of ['policy', 'timezone', 'segments']) {
          if (Object.hasOwn(changes, fixed)) this.refuse(`${field}.${fixed}`, 'A segment cannot change this.')
        }
        return [name, this.whole(merged(rest, changes), `${field}.`)]
      },
    )
    return { ...base, segments: Object.fromEntries(read) }
  }

  private whole(raw: unknown, at: string): ChannelPolicy {
    const members = this.members(raw, at === '' ? 'policy' : at.slice(0, -1))
    const known = ['policy', 'timezone', 'order', 'urgency', 'value', 'channels', 'answerWithin', 'guarantee']
    this.only(members, at, [...known, 'hours', 'escalation', 'segments'])
    const timezone = this.text(members.timezone, `${at}timezone`)
    if (!isTimeZone(timezone)) this.refuse(`${at}timezone`, `There is no time zone "${timezone}".`)
    return {
      policy: this.name(members.policy, `${at}policy`),
      timezone,
      order: this.list(members.order, `${at}order`, (one, field) => this.name(one, field)),
      urgency: this.rules(members.urgency, `${at}urgency`, URGENCIES),
      value: this.rules(members.value, `${at}value`, VALUES),
      channels: this.record(members.channels, `${at}channels`, (one, field) => this.channel(one, field)),
      answerWithin: this.answerWithin(members.answerWithin, `${at}answerWithin`),
      ...(members.guarantee === undefined
        ? {}
        : { guarantee: this.guarantee(members.guarantee, `${at}guarantee`) }),
      hours: this.record(members.hours, `${at}hours`, (one, field) => this.hours(one, field)),
      escalation: this.list(members.escalation ?? [], `${at}escalation`, (one, field) =>
        this.edge(one, field),
      ),
      segments: {},
    }
  }

  private channel(raw: unknown, field: string): ChannelRule {
    const members = this.members(raw, field)
    const known = [
      'pace',
      'active',
      'from',
      'hours',
      'queue',
      'need',
      'rings',
      'waitLimit',
      'within',
      'backlogLimit',
    ]
    this.only(members, `${field}.`, known)
    const { queue, waitLimit, within, backlogLimit } = members
    return {
      pace: this.among(members.pace, `${field}.pace`, PACES),
      active: this.truth(members.active, `${field}.active`),
      from: this.levels(members.from, `${field}.from`),
      hours: this.name(members.hours, `${field}.hours`),
      ...(queue === undefined ? {} : { queue: this.name(queue, `${field}.queue`) }),
      need: this.skills(members.need ?? [], `${field}.need`),
      rings: this.list(members.rings ?? [], `${field}.rings`, (one, place) => {
        const ring = this.members(one, place)
        this.only(ring, `${place}.`, ['need', 'for'])
        return {
          need: this.skills(ring.need, `${place}.need`),
          for: this.time(ring.for, `${place}.for`),
        }
      }),
      ...(waitLimit === undefined ? {} : { waitLimit: this.waitLimit(waitLimit, `${field}.waitLimit`) }),
      ...(within === undefined ? {} : { within: this.within(within, `${field}.within`) }),
      ...(backlogLimit === undefined
        ? {}
        : { backlogLimit: this.count(backlogLimit, `${field}.backlogLimit`) }),
    }
  }

  private waitLimit(raw: unknown, field: string): NonNullable<ChannelRule['waitLimit']> {
    const members = this.members(raw, field)
    this.only(members, `${field}.`, ['upper', 'back', 'by'])
    return {
      upper: this.time(members.upper, `${field}.upper`),
      back: this.time(members.back, `${field}.back`),
      by: this.text(members.by ?? 'QLm', `${field}.by`),
    }
  }

  private rules<Level extends string>(
    raw: unknown,
    field: string,
    levels: readonly [Level, ...Level[]],
  ): readonly LevelRule<Level>[] {
    return this.list(raw ?? [], field, (one, place) => {
      const members = this.members(one, place)
      this.only(members, `${place}.`, ['id', 'when', 'is'])
      return {
        id: this.text(members.id, `${place}.id`),
        when: this.condition(members.when, `${place}.when`),
        is: this.among(members.is, `${place}.is`, levels),
      }
    })
  }

  private condition(raw: unknown, field: string): Condition {
    const members = this.members(raw, field)
    this.only(members, `${field}.`, ['reason', 'thing', 'segment', 'language', 'startsWithin'])
    const listed = (['reason', 'thing', 'segment', 'language'] as const)
      .filter((name) => members[name] !== undefined)
      .map((name): [string, readonly string[]] => [name, this.oneOrMore(members[name], `${field}.${name}`)])
    const { startsWithin } = members
    return {
      ...Object.fromEntries(listed),
      ...(startsWithin === undefined
        ? {}
        : { startsWithin: this.time(startsWithin, `${field}.startsWithin`) }),
    }
  }

  private answerWithin(raw: unknown, field: string): AnswerWithin {
    const members = this.members(raw, field)
    this.only(members, `${field}.`, [...URGENCIES, 'less'])
    const less = this.members(members.less ?? {}, `${field}.less`)
    this.only(
      less,
      `${field}.less.`,
      VALUES.map((value) => `value.${value}`),
    )
    const base = (urgency: string) => this.time(members[urgency], `${field}.${urgency}`)
    const off = (value: string) => {
      const name = `value.${value}`
      return less[name] === undefined ? 0 : this.time(less[name], `${field}.less.${name}`)
    }
    return {
      base: {
        trivial: base('trivial'),
        normal: base('normal'),
        high: base('high'),
        critical: base('critical'),
      },
      less: { low: off('low'), standard: off('standard'), high: off('high') },
    }
  }

  private guarantee(raw: unknown, field: string): Guarantee {
    const members = this.members(raw, field)
    this.only(members, `${field}.`, ['when', 'pace', 'channels', 'else', 'acceptGap'])
    const names = (name: string) =>
      this.list(members[name] ?? [], `${field}.${name}`, (one, place) => this.name(one, place))
    return {
      when: this.levels(members.when, `${field}.when`),
      pace: this.among(members.pace, `${field}.pace`, PACES),
      channels: names('channels'),
      else: names('else'),
      acceptGap: names('acceptGap'),
    }
  }

  private edge(raw: unknown, field: string): EscalationEdge {
    const members = this.members(raw, field)
    this.only(members, `${field}.`, ['from', 'to', 'by', 'keeps', 'less'])
    const { keeps, less } = members
    if (keeps !== undefined && keeps !== 'due') this.refuse(`${field}.keeps`, 'Only "due" can be kept.')
    if ((keeps === undefined) === (less === undefined)) {
      this.refuse(field, 'Say either "keeps: due" or by how much "less" the due time is brought forward.')
    }
    return {
      from: this.name(members.from, `${field}.from`),
      to: this.list(members.to, `${field}.to`, (one, place) => this.name(one, place)),
      by: this.list(members.by, `${field}.by`, (one, place) => this.among(one, place, MOVERS)),
      less: less === undefined ? 0 : this.time(less, `${field}.less`),
    }
  }

  private hours(raw: unknown, field: string): OpeningHours {
    if (!isMembers(raw)) {
      const daily = this.intervals(raw, field)
      return { week: WEEKDAYS.map(() => daily), except: {} }
    }
    const { except, ...days } = raw
    const week = WEEKDAYS.map((): readonly Interval[] => [])
    for (const [key, value] of Object.entries(days)) {
      const numbers = this.days(key, `${field}.${key}`)
      const intervals = this.intervals(value, `${field}.${key}`)
      for (const day of numbers) {
        if (week[day]?.length !== 0)
          this.refuse(`${field}.${key}`, `${WEEKDAYS[day] ?? 'A day'} is named twice.`)
        week[day] = intervals
      }
    }
    const exceptions = Object.entries(this.members(except ?? {}, `${field}.except`)).map(
      ([date, value]): [string, readonly Interval[]] => {
        const place = `${field}.except.${date}`
        const moment = Date.parse(`${date}T00:00:00.000Z`)
        const real = !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(date)
        if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !real)
          this.refuse(place, 'This is no date such as 2027-01-01.')
        return [date, this.intervals(value, place)]
      },
    )
    return { week, except: Object.fromEntries(exceptions) }
  }

  private days(key: string, field: string): readonly number[] {
    const [from, to] = key.split('-').map((name) => WEEKDAYS.findIndex((day) => day === name))
    if (from === undefined || from < 0 || to === -1 || key.split('-').length > 2) {
      this.refuse(field, 'Days are mon, tue, wed, thu, fri, sat, sun, or two of them as mon-fri.')
      return []
    }
    const count = to === undefined ? 1 : ((to - from + 7) % 7) + 1
    return Array.from({ length: count }, (_, n) => (from + n) % 7)
  }

  private intervals(raw: unknown, field: string): readonly Interval[] {
    if (raw === 'closed') return []
    const listed = Array.isArray(raw)
      ? this.list(raw, field, (one, place) => this.interval(one, place))
      : undefined
    const sorted = [...(listed ?? [this.interval(raw, field)])].sort((a, b) => a[0] - b[0])
    if (sorted.some(([from], n) => n > 0 && from < (sorted[n - 1]?.[1] ?? 0))) {
      this.refuse(field, 'These times overlap.')
    }
    return sorted
  }

  private interval(raw: unknown, field: string): Interval {
    const found = typeof raw === 'string' ? /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/.exec(raw) : null
    const [from, to] = [
      Number(found?.[1]) * 60 + Number(found?.[2]),
      Number(found?.[3]) * 60 + Number(found?.[4]),
    ]
    if (from < to && to <= 1440) return [from, to]
    this.refuse(field, 'Times are written 08:00-20:00, within one day; past midnight is written as two days.')
    return [0, 0]
  }

  private within(raw: unknown, field: string): Within {
    const days = typeof raw === 'string' ? /^([1-9]\d{0,2})bd$/.exec(raw) : null
    return days === null ? { milliseconds: this.time(raw, field) } : { businessDays: Number(days[1]) }
  }

  private levels(raw: unknown, field: string): readonly AtLeast[] {
    return this.list(raw, field, (one, place) => {
      const members = this.members(one, place)
      this.only(members, `${place}.`, ['urgency', 'value'])
      const { urgency, value } = members
      return {
        ...(urgency === undefined ? {} : { urgency: this.among(urgency, `${place}.urgency`, URGENCIES) }),
        ...(value === undefined ? {} : { value: this.among(value, `${place}.value`, VALUES) }),
      }
    })
  }

  private skills(raw: unknown, field: string): readonly string[] {
    return this.list(raw, field, (one, place) => {
      if (typeof one === 'string' && SKILL.test(one)) return one
      this.refuse(place, 'A skill is a name, or a name with a level from 1 to 9 such as sv@3.')
      return ''
    })
  }
}

/** Members of the override replace those of the base, member by member; lists and plain values as a whole. */
function merged(base: Members, override: Members): Members {
  const changed = Object.entries(override).map(([name, value]): [string, unknown] => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined
    return [name, isMembers(below) && isMembers(value) ? merged(below, value) : value]
  })
  return Object.fromEntries([...Object.entries(base), ...changed])
}
