import type { CanActivate, DynamicModule, Provider, Type } from '@nestjs/common'
import { APP_GUARD, DiscoveryModule } from '@nestjs/core'
import { ThrottlerModule } from '@nestjs/throttler'
import { Clock, Ids, Randomness } from '@throughline/kernel'
import {
  Courier,
  EventBus,
  EventContracts,
  EventFeed,
  EventStore,
  FirstAdministrator,
  LiveFeed,
  Registers,
  Secrets,
  Signals,
  Timers,
  ViewStore,
} from '@throughline/ports'
import { About, AboutController } from './about.controller.js'
import { AddressLimit, addressLimit } from './address-limit.js'
import { AsyncApiController } from './async-api.controller.js'
import { Metrics } from './metrics.js'
import type { Counters } from './mode.js'
import { HealthController, OperationsController } from './operations.controller.js'
import { Readers } from './readers.js'
import { Schemas } from './schemas.js'

/** What every service can ask for, by class. */
export interface Provided {
  readonly clock: Clock
  readonly ids: Ids
  readonly randomness: Randomness
  readonly timers: Timers
  readonly events: EventStore
  readonly bus: EventBus
  readonly views: ViewStore
  readonly live: LiveFeed
  readonly registers: Registers
  readonly signals: Signals
  readonly feed: EventFeed
  readonly courier: Courier
  readonly secrets: Secrets
  readonly administrator: FirstAdministrator
  readonly schemas: Schemas
  readonly contracts: EventContracts
  readonly readers: Readers
  readonly metrics: Metrics
  /** Requests a minute that one address may send. */
  readonly rate: number
  /** Counts that replicas share; absent where one process counts for itself. */
  readonly counters: Counters | undefined
  /** Run before every handler, in this order, after the limit of an address. */
  readonly guards: readonly CanActivate[]
  readonly about: About
}

export class PlatformModule {}

export function platformModule(
  provided: Provided,
  modules: readonly (Type | DynamicModule)[],
): DynamicModule {
  const ports: Provider[] = [
    { provide: Clock, useValue: provided.clock },
    { provide: Ids, useValue: provided.ids },
    { provide: Randomness, useValue: provided.randomness },
    { provide: Timers, useValue: provided.timers },
    { provide: EventStore, useValue: provided.events },
    { provide: EventBus, useValue: provided.bus },
    { provide: ViewStore, useValue: provided.views },
    { provide: LiveFeed, useValue: provided.live },
    { provide: Registers, useValue: provided.registers },
    { provide: Signals, useValue: provided.signals },
    { provide: EventFeed, useValue: provided.feed },
    { provide: Courier, useValue: provided.courier },
    { provide: Secrets, useValue: provided.secrets },
    { provide: FirstAdministrator, useValue: provided.administrator },
    { provide: EventContracts, useValue: provided.contracts },
    { provide: Schemas, useValue: provided.schemas },
    { provide: Readers, useValue: provided.readers },
    { provide: Metrics, useValue: provided.metrics },
  ]
  return {
    module: PlatformModule,
    global: true,
    imports: [
      DiscoveryModule,
      ThrottlerModule.forRoot(addressLimit(provided.rate, provided.clock, provided.counters)),
      ...modules,
    ],
    controllers: [HealthController, OperationsController, AboutController, AsyncApiController],
    providers: [
      ...ports,
      { provide: About, useValue: provided.about },
      // The flood is stopped before anybody's token is looked at.
      { provide: APP_GUARD, useClass: AddressLimit },
      ...provided.guards.map((guard): Provider => ({ provide: APP_GUARD, useValue: guard })),
    ],
    exports: ports,
  }
}
