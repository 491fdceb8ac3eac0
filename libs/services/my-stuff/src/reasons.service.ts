import { Injectable } from '@nestjs/common'
import { CODE } from '@throughline/contracts'
import type { ItemKind, Reason, ReasonsOfKind } from '@throughline/contracts'
import { Ids, Refused } from '@throughline/kernel'
import { EventStore, ViewStore } from '@throughline/ports'
import type { Command, Page, PageRequest, Transacted } from '@throughline/ports'
import { publishReasons, reasons } from './reasons.js'
import type { ReasonsEvent, ReasonsState } from './reasons.js'
import { reasonsVersions, TAXONOMY } from './reasons.view.js'
import type { ReasonsRow } from './reasons.view.js'

@Injectable()
export class ReasonsService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
  ) {}

  publish(
    taxonomy: string,
    kinds: readonly ReasonsOfKind[],
    command: Command,
  ): Promise<Transacted<ReasonsState, ReasonsEvent>> {
    if (!CODE.test(taxonomy)) {
      throw new Refused('invalid', 'reasons.name', 'This is no name for a set of reasons.', {
        field: 'taxonomy',
      })
    }
    const id = this.ids.derive('reasons', taxonomy)
    return this.store.transact(reasons, id, publishReasons({ taxonomy, kinds }), command)
  }

  /** The version in force. @throws Refused `reasons.unknown` */
  async current(taxonomy: string): Promise<ReasonsRow> {
    const { items } = await this.versions(taxonomy, { limit: 1 })
    if (items[0] === undefined) throw unknown()
    return items[0]
  }

  /** @throws Refused `reasons.unknown` */
  async version(taxonomy: string, version: number): Promise<ReasonsRow> {
    const row = await this.views.row(reasonsVersions, `${taxonomy}@${String(version)}`)
    if (row === undefined) throw unknown()
    return row
  }

  /** Newest first. */
  versions(taxonomy: string, page: PageRequest): Promise<Page<ReasonsRow>> {
    return this.views.rows(reasonsVersions, `taxonomy:${taxonomy}`, { ...page, descending: true })
  }

  /** The few reasons in force for each kind; a kind without any has none. */
  async byKind(): Promise<{
    readonly taxonomy: string
    readonly of: (kind: ItemKind) => readonly Reason[]
  }> {
    const { items } = await this.versions(TAXONOMY, { limit: 1 })
    const [row] = items
    return {
      taxonomy: row === undefined ? TAXONOMY : `${TAXONOMY}@${String(row.version)}`,
      of: (kind) => row?.kinds.find((each) => each.kind === kind)?.reasons ?? [],
    }
  }
}

function unknown(): Refused {
  return new Refused('not-found', 'reasons.unknown', 'No such reasons were published.')
}
