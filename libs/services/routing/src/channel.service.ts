import { Injectable } from '@nestjs/common'
import { Clock, SECOND, toInstant } from '@throughline/kernel'
import { isChannel } from './channels.js'
import { hoursOf, waitShown, withinOf } from './decision.shown.js'
import { RoutingEngine } from './engine.service.js'
import type { PolicyInForce } from './group.facts.js'
import { waitOf } from './policy/channel-offers.js'
import { own } from './policy/own.js'
import { snapshotOf } from './standing.js'

/** Whoever asks is nobody in particular. */
const ANYBODY = { urgency: 'normal', value: 'standard' } as const

@Injectable()
export class ChannelsService {
  #told:
    { readonly second: number; readonly policy: PolicyInForce | undefined; readonly body: object } | undefined

  constructor(
    private readonly engine: RoutingEngine,
    private readonly clock: Clock,
  ) {}

  /**
   * What stands open in general, as far as the engine has read: everybody may ask, so nothing is read from the store, and
   * within a second of one policy all get the same answer.
   */
  standing(): object {
    const second = Math.floor(this.clock.now() / SECOND)
    const policy = this.engine.group.inForce
    if (this.#told?.second !== second || this.#told.policy !== policy)
      this.#told = { second, policy, body: this.#standing(policy, this.clock.now()) }
    return this.#told.body
  }

  #standing(inForce: PolicyInForce | undefined, at: number) {
    if (inForce === undefined) return { at: toInstant(at), timezone: null, items: [], next: null }
    const { policy } = inForce
    const { group } = this.engine
    const snapshot = snapshotOf(group, policy, at)
    const items = policy.order.flatMap((channel) => {
      const rule = own(policy.channels, channel)
      if (rule?.active !== true || !isChannel(channel)) return []
      const standing = own(snapshot.channels, channel)
      const hours = hoursOf(policy, channel, at)
      const wait = hours.open ? waitOf(policy, ANYBODY, standing, { at, snapshot }) : null
      return [
        {
          channel,
          pace: rule.pace,
          ...hours,
          within: withinOf(policy, channel),
          wait: wait === null ? null : { shown: waitShown(wait).shown },
          kept: standing?.kept ?? null,
        },
      ]
    })
    return { at: toInstant(at), timezone: policy.timezone, items, next: null }
  }
}
