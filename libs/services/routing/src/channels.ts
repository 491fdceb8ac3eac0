import { CHANNELS } from '@throughline/contracts'
import type { Channel, Skill } from '@throughline/contracts'
import { SECOND } from '@throughline/kernel'
import { skillLevel } from './matcher/matching.js'
import type { ChannelWeight } from './matcher/matching.js'

/** How long an agent has to take an offer, milliseconds. */
export const OFFER_LIFETIME = 30 * SECOND
/** How long a contact waits for the agent who knows it before anybody who fits may take it, milliseconds. */
export const PREFERRED_FOR = 20 * SECOND
/** What an agent can hold at once. */
export const CAPACITY = 100

/** Out of {@link CAPACITY}: one call at a time, three chats, six letters. */
export const WEIGHTS: Readonly<Record<Channel, ChannelWeight>> = {
  phone: { weight: 100, inactiveWeight: 100 },
  callback: { weight: 100, inactiveWeight: 100 },
  store: { weight: 100, inactiveWeight: 100 },
  chat: { weight: 33, inactiveWeight: 15 },
  message: { weight: 15, inactiveWeight: 0 },
  social: { weight: 15, inactiveWeight: 0 },
  email: { weight: 15, inactiveWeight: 0 },
  webform: { weight: 15, inactiveWeight: 0 },
}

/** Seconds an agent works on one contact, wrap-up included, as long as nobody has measured it. */
export const USUAL_HANDLE_TIME: Readonly<Record<Channel, number>> = {
  phone: 300,
  callback: 300,
  store: 900,
  chat: 420,
  message: 300,
  social: 300,
  email: 300,
  webform: 300,
}

export function isChannel(name: string): name is Channel {
  return CHANNELS.some((channel) => channel === name)
}

/** `gas@3` as it stands in events; a level that is none counts as the nearest there is. */
export function skillOf(text: string): Skill {
  const [skill, level] = skillLevel(text)
  return { skill, level: Number.isInteger(level) ? Math.min(5, Math.max(1, level)) : 1 }
}

export function skillText({ skill, level }: Skill): string {
  return `${skill}@${String(level)}`
}
