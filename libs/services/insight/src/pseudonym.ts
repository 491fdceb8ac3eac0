import { createHmac } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Randomness } from '@throughline/kernel'
import { Secrets } from '@throughline/ports'
import type { Caller } from '@throughline/ports'

/** Stands for an id of a person: the same for one reader, and another for every other, so that two cannot join. */
export type Pseudonym = (id: string) => string

/** What a {@link Pseudonym} looks like. */
export const PSEUDONYM = /^p-[0-9a-f]{32}$/

@Injectable()
export class Pseudonyms {
  constructor(
    private readonly secrets: Secrets,
    private readonly randomness: Randomness,
  ) {}

  async of(caller: Caller): Promise<Pseudonym> {
    const key = await this.secrets.keep(`insight.pseudonyms.${caller.kind}.${caller.id}`, () =>
      Promise.resolve(Buffer.from(this.randomness.bytes(32)).toString('hex')),
    )
    return (id) => `p-${createHmac('sha256', Buffer.from(key, 'hex')).update(id).digest('hex').slice(0, 32)}`
  }
}
