import { Module } from '@nestjs/common'
import { TokenKeys } from '@throughline/ports'
import { ClientsController } from './client.controller.js'
import { ClientService } from './client.service.js'
import { CustomersController } from './customer.controller.js'
import { CustomerMergeService } from './customer.merge.service.js'
import { CustomerService } from './customer.service.js'
import { IdentityBootstrap } from './identity.bootstrap.js'
import { Keyring } from './keyring.js'
import { NamesController } from './names.controller.js'
import { NamesService } from './names.service.js'
import { ProofService } from './proof.service.js'
import { SessionCookies } from './session.cookie.js'
import { SessionsController } from './session.controller.js'
import { SessionService } from './session.service.js'
import { SignInController } from './sign-in.controller.js'
import { SignInService } from './sign-in.service.js'
import { StaffController } from './staff.controller.js'
import { StaffService } from './staff.service.js'
import { Tokens } from './tokens.js'

@Module({
  controllers: [
    SignInController,
    SessionsController,
    CustomersController,
    StaffController,
    ClientsController,
    NamesController,
  ],
  providers: [
    Keyring,
    Tokens,
    { provide: TokenKeys, useExisting: Tokens },
    ProofService,
    SessionService,
    SessionCookies,
    SignInService,
    CustomerService,
    CustomerMergeService,
    StaffService,
    ClientService,
    NamesService,
    IdentityBootstrap,
  ],
  exports: [TokenKeys],
})
export class IdentityModule {}
