import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import { Refused, SECOND } from '@throughline/kernel'
import { FirstAdministrator, Timers } from '@throughline/ports'
import { ClientService } from './client.service.js'
import { StaffService } from './staff.service.js'

/** Whoever lets the others in has to be there first: the first administrator, and the client of the machine's own tools. */
@Injectable()
export class IdentityBootstrap implements OnApplicationBootstrap {
  constructor(
    private readonly staff: StaffService,
    private readonly clients: ClientService,
    private readonly first: FirstAdministrator,
    private readonly timers: Timers,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.first.email !== '' && !(await this.#begin())) {
      const stop = this.timers.every('identity.first', SECOND, async () => {
        if (await this.#begin()) stop()
      })
    }
    await this.clients.ensureOperator()
  }

  /** False while the list of staff is being built: whether there is somebody cannot be told yet. */
  async #begin(): Promise<boolean> {
    try {
      await this.staff.begin(this.first.email)
      return true
    } catch (error) {
      if (error instanceof Refused && error.kind === 'unavailable') return false
      throw error
    }
  }
}
