import type { Channel } from '@throughline/contracts'
import { fromInstant, HOUR, SECOND } from '@throughline/kernel'
import { isChannel, skillText } from './channels.js'
import type { HeldContact } from './group.facts.js'
import type { RoutingGroup } from './group.js'
import { answerWithin } from './policy/channel-policy.js'
import type { ChannelPolicy, ChannelRule } from './policy/channel-policy.js'
import type { ChannelStanding, Snapshot } from './policy/channel-offers.js'
import { BOOKED_WITHIN } from './policy/callback-slots.js'
import { expectedWait, waitInterval } from './policy/expected-wait.js'
import type { WaitInterval } from './policy/expected-wait.js'
import { queueOf } from './entry.js'
import { slots } from './waits.js'
import { workOf } from './work.js'
import type { Work } from './work.js'

/** A decision is recorded whole: it does not grow with everything that was ever promised. */
const MOST_BOOKED = 500

/** What queues and presence say of every channel of a policy at one moment. */
export function snapshotOf(group: RoutingGroup, policy: ChannelPolicy, now: number): Snapshot {
  const channels = Object.entries(policy.channels).flatMap(([name, rule]): [string, ChannelStanding][] =>
    isChannel(name) ? [[name, standingOf(group, name, rule, now)]] : [],
  )
  return { channels: Object.fromEntries(channels), model: group.waits.model }
}

/** The same for one channel; `now` in milliseconds since the epoch. */
export function standingOf(
  group: RoutingGroup,
  channel: Channel,
  rule: ChannelRule | undefined,
  now: number,
): ChannelStanding {
  const { queue, need } = queueOf(channel, rule)
  const must = { skills: need.map(skillText) }
  const { agents, idle, due } = group.matcher.standing({ channel, must, rings: [] })
  return {
    signedOn: agents.length,
    scheduled: [...group.agents.values()].some(({ state }) =>
      need.every((needed) =>
        state.skills.some(({ skill, level }) => skill === needed.skill && level >= needed.level),
      ),
    ),
    backlog: waitingIn(group, queue).length,
    due,
    servers: agents.reduce((sum, agentId) => sum + share(group, agentId, channel), 0),
    idle,
    handle: group.waits.handle(channel),
    patience: group.waits.patience,
    arrivals: group.waits.arrivals(queue, now),
    ...(channel === 'callback' && bookedFrom(group, now)),
    ...keptOf(group, channel, now),
  }
}

/** Calls back promised for a time, of all queues: whoever makes one makes no other meanwhile. */
function bookedFrom(group: RoutingGroup, now: number): Pick<ChannelStanding, 'booked'> {
  const booked = [...group.contacts.values()]
    .flatMap(({ state }) => (state.status === 'promised' ? [fromInstant(state.from)] : []))
    .filter((from) => now - HOUR < from && from < now + BOOKED_WITHIN)
    .sort((first, second) => first - second)
  return booked.length === 0 ? {} : { booked: booked.slice(0, MOST_BOOKED) }
}

function keptOf(group: RoutingGroup, channel: Channel, now: number): Pick<ChannelStanding, 'kept'> {
  const kept = group.kept.of(channel, now)
  return kept === undefined ? {} : { kept }
}

export function waitingIn(group: RoutingGroup, queue: string): readonly HeldContact[] {
  return [...group.contacts.values()].filter(
    ({ state }) => (state.status === 'queued' || state.status === 'offered') && state.work.queue === queue,
  )
}

/** How many wait before her on her channel, in her queue. */
export function aheadOf(group: RoutingGroup, contact: HeldContact, work: Work): number {
  const due = fromInstant(work.dueBy)
  return waitingIn(group, work.queue).filter(({ contactId, seq, state }) => {
    const other = workOf(state)
    if (contactId === contact.contactId || other?.channel !== work.channel) return false
    const otherDue = fromInstant(other.dueBy)
    return otherDue < due || (otherDue === due && seq < contact.seq)
  }).length
}

/** Seconds that somebody who waits has still before her; null when nobody serves her. */
export function waitLeft(group: RoutingGroup, work: Work, now: number): WaitInterval | null {
  const { channel, dueBy, enteredAt, need } = work
  const due = fromInstant(dueBy)
  const must = { skills: need.map(skillText) }
  const { agents, idle, due: waiting } = group.matcher.standing({ channel, must, rings: [] })
  const moments = expectedWait({
    ahead: waiting.filter((other) => other < due).length,
    servers: agents.reduce((sum, agentId) => sum + share(group, agentId, channel), 0),
    idle,
    handle: group.waits.handle(channel),
    patience: group.waits.patience,
    target: Math.max(0, (due - fromInstant(enteredAt)) / SECOND),
    arrivals: group.waits.arrivals(work.queue, now),
  })
  return moments === null ? null : waitInterval(moments, group.waits.model)
}

/** Due times matter only against the targets of the policy, so that many are kept as how many fall due by each. */
export function packed(snapshot: Snapshot, policies: readonly ChannelPolicy[], at: number): Snapshot {
  const bounds = [...new Set(policies.flatMap((policy) => targetsOf(policy)))]
    .sort((first, second) => first - second)
    .map((target) => at + target)
  const channels = Object.entries(snapshot.channels).map(([name, standing]): [string, ChannelStanding] => [
    name,
    { ...standing, due: standing.due.flatMap((due) => bounds.find((bound) => due <= bound) ?? []) },
  ])
  return { ...snapshot, channels: Object.fromEntries(channels) }
}

function targetsOf(policy: ChannelPolicy): readonly number[] {
  const urgencies = ['trivial', 'normal', 'high', 'critical'] as const
  const values = ['low', 'standard', 'high'] as const
  return urgencies.flatMap((urgency) => values.map((value) => answerWithin(policy, { urgency, value })))
}

/** The part of an agent's slots that goes to a channel, by what she has worked on; without evidence all of them. */
function share(group: RoutingGroup, agentId: string, channel: Channel): number {
  const worked = group.agents.get(agentId)?.worked ?? {}
  const all = Object.values(worked).reduce((sum, { seconds }) => sum + seconds, 0)
  const here = worked[channel]?.seconds ?? 0
  // Nobody who serves a channel counts as nobody: evidence of yesterday's channels is no promise for today's.
  return slots(channel) * (all === 0 ? 1 : Math.max(0.25, Math.round((100 * here) / all) / 100))
}
