import { publicEvents } from '@throughline/contracts'
import { EventContracts, Unreadable } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import type { Schemas } from './schemas.js'

/** Fields that are not known here are let be: the event may be a newer program's. */
export class SchemaContracts extends EventContracts {
  constructor(private readonly schemas: Schemas) {
    super()
  }

  breachOf({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): Unreadable | undefined {
    const contract = publicEvents().get(type)
    const [wrong] = contract === undefined ? [] : this.schemas.checkHeard(contract.data, data)
    return wrong && new Unreadable(`${type} breaks its contract: ${wrong.field} ${wrong.says}`)
  }
}
