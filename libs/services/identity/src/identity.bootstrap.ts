import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import { FirstAdministrator } from '@throughline/ports'
import { ClientService } from './client.service.js'
import { StaffService } from './staff.service.js'

/** Whoever lets the others in has to be there first: the first administrator, and the client of the machine's own tools. */
@Injectable()
export class IdentityBootstrap implements OnApplicationBootstrap {
  constructor(
    private readonly staff: StaffService,
    private readonly clients: ClientService,
    private readonly first: FirstAdministrator,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.first.email !== '') await this.staff.begin(this.first.email)
    await this.clients.ensureOperator()
  }
}
