import { Injectable } from '@nestjs/common'
import { Ids, Refused } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { step } from './command.js'
import { customers } from './customer.js'
import { letGo, mergeInto, takeIn, unmerge } from './customer.merge.js'
import { SessionService } from './session.service.js'

interface Told {
  /** Version of the survivor. */
  readonly version: number
  readonly position: number
  readonly outcome: string
}

/** Two records of one customer (C76). Both keep their histories; the addresses of both lead to the survivor. */
@Injectable()
export class CustomerMergeService {
  constructor(
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly sessions: SessionService,
  ) {}

  /** @throws Refused as `takeIn` and `mergeInto` */
  async merge(customerId: string, mergedId: string, command: Command): Promise<Told> {
    const pair = { customerId, mergedId }
    const attempt = this.ids.next()
    const other = { ...step(command, 'merge'), customerId: mergedId }
    // Asked before anything is recorded; asked again by the append, for then it counts.
    const { state } = await this.store.load(customers, mergedId)
    const fact = mergeInto(pair)(state).length === 0
    const survivor = fact
      ? await this.store.load(customers, customerId)
      : await this.store.transact(
          customers,
          customerId,
          takeIn({ ...pair, attempt }),
          this.#part(pair, command),
        )
    const merged = async () => {
      try {
        return await this.store.transact(customers, mergedId, mergeInto(pair), other)
      } catch (error) {
        // Where the store was out of reach it may have come about all the same: taken back, the survivor would not know of it.
        if (error instanceof Refused && error.kind !== 'unavailable') {
          const back = letGo({ ...pair, attempt })
          await this.store.transact(customers, customerId, back, this.#part(pair, command))
        }
        throw error
      }
    }
    const { position, outcome } = await merged()
    // What fails from here on fails after the merge, and is done when the same is asked again.
    await this.sessions.endAll({ kind: 'customer', id: mergedId }, 'revoked', step(command, 'sessions'))
    return { version: survivor.version, position, outcome }
  }

  /** @throws Refused as `unmerge` */
  async unmerge(customerId: string, mergedId: string, command: Command): Promise<Told> {
    const pair = { customerId, mergedId }
    const other = { ...step(command, 'unmerge'), customerId: mergedId }
    const { outcome } = await this.store.transact(customers, mergedId, unmerge(pair), other)
    const survivor = await this.store.transact(customers, customerId, letGo(pair), this.#part(pair, command))
    return { version: survivor.version, position: survivor.position, outcome }
  }

  // The survivor's part may have to be done, undone and done again for one wish, so its id is not the wish's; its
  // decisions look at the state alone.
  #part({ customerId }: { readonly customerId: string }, command: Command): Command {
    return { ...step(command, this.ids.next()), customerId }
  }
}
