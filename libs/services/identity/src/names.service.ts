import { Injectable } from '@nestjs/common'
import { EventStore, has, ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { customersView } from './customer.view.js'
import { staff } from './staff.js'

export interface Named {
  readonly id: string
  readonly kind: 'staff' | 'customer'
  readonly name: string
}

/** Puts names to ids, for those who may know them. */
@Injectable()
export class NamesService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
  ) {}

  /** In the order asked for; who is unknown or not the caller's to know is left out. */
  async of(ids: readonly string[], caller: Caller): Promise<readonly Named[]> {
    const found = await Promise.all(ids.map((id) => this.#name(id, caller)))
    return found.flatMap((named) => (named === undefined ? [] : [named]))
  }

  async #name(id: string, caller: Caller): Promise<Named | undefined> {
    if (knows(caller, id)) {
      const name = (await this.views.row(customersView, id))?.name
      if (name !== undefined) return { id, kind: 'customer', name }
    }
    // Of the stream and not the view: what somebody said stays theirs when they no longer work here.
    const { state } = await this.store.load(staff, id)
    return state.status === 'none' ? undefined : { id, kind: 'staff', name: state.name }
  }
}

// Whoever may open any customer's journeys or list customers; everybody else knows themselves.
function knows(caller: Caller, id: string): boolean {
  return has(caller, 'agent', 'supervisor', 'analyst') || (caller.kind === 'customer' && caller.id === id)
}
