import { Injectable } from '@nestjs/common'
import { Clock } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { ownerIn } from './context.journey.js'
import { JourneyAccess } from './journey.access.js'
import { unknownJourney } from './journey.js'
import { RECEIPT_FORMAT, receiptOf } from './receipt.js'
import type { ReceiptParts } from './receipt.js'
import { ReceiptKeys } from './receipt.keys.js'

export interface Receipt extends Pick<ReceiptParts, 'events' | 'others'> {
  readonly format: typeof RECEIPT_FORMAT
  /** The statement, signed: a JSON Web Signature in compact form. */
  readonly statement: string
}

@Injectable()
export class ReceiptService {
  constructor(
    private readonly store: EventStore,
    private readonly access: JourneyAccess,
    private readonly keys: ReceiptKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * What shows offline that a journey is complete and unaltered, as of now.
   * @param as `customer`: the one she gets, whoever asks; nobody sees more by it
   * @throws Refused `journey.unknown` for one that is not there and for somebody else's alike
   */
  async of(journeyId: string, caller: Caller, as?: 'customer'): Promise<Receipt> {
    // The position first: what is recorded while we read belongs to the next receipt.
    const position = await this.store.head()
    const events = await this.store.readJourney(journeyId, { upTo: position })
    const owner = ownerIn(events)
    if (owner === undefined) throw unknownJourney()
    const seenBy = await this.access.mustSee(caller, journeyId, owner)
    const viewer = as ?? seenBy
    const names = new Map(events.map(({ stream, streamId: id }) => [`${stream} ${id}`, { stream, id }]))
    const streams = await Promise.all(
      [...names.values()].map(async (name) =>
        (await this.store.readStream(name)).filter((event) => event.position <= position),
      ),
    )
    const issuedAt = this.clock.instant()
    const parts = receiptOf({ journeyId, position, issuedAt, viewer, events, streams })
    const { statement, events: told, others } = parts
    return { format: RECEIPT_FORMAT, statement: await this.keys.sign(statement), events: told, others }
  }
}
