import type { DynamicModule, ExecutionContext, Provider, Type } from '@nestjs/common'
import { APP_GUARD, DiscoveryModule } from '@nestjs/core'
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler'
import type { FastifyRequest } from 'fastify'
import { Clock, Ids, Randomness } from '@throughline/kernel'
import {
  Courier,
  EventBus,
  EventStore,
  FirstAdministrator,
  LiveFeed,
  Secrets,
  Timers,
  ViewStore,
} from '@throughline/ports'
import { About, AboutController } from './about.controller.js'
import type { AccessGuard } from './access.guard.js'
import { Metrics } from './metrics.js'
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
  readonly courier: Courier
  readonly secrets: Secrets
  readonly administrator: FirstAdministrator
  readonly schemas: Schemas
  readonly readers: Readers
  readonly metrics: Metrics
  readonly guard: AccessGuard
  readonly about: About
}

export class PlatformModule {}

export function platformModule(
  provided: Provided,
  modules: readonly (Type | DynamicModule)[],
  rate: number,
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
    { provide: Courier, useValue: provided.courier },
    { provide: Secrets, useValue: provided.secrets },
    { provide: FirstAdministrator, useValue: provided.administrator },
    { provide: Schemas, useValue: provided.schemas },
    { provide: Readers, useValue: provided.readers },
    { provide: Metrics, useValue: provided.metrics },
  ]
  return {
    module: PlatformModule,
    global: true,
    imports: [
      DiscoveryModule,
      ThrottlerModule.forRoot({
        // One bucket for each address, whatever it asks for.
        throttlers: [{ name: 'default', ttl: 60_000, limit: (context) => limitOf(context, rate) }],
        generateKey: (_context, address) => address,
        // Reactions come from the log and not from an address.
        skipIf: (context) => context.getType() !== 'http',
        errorMessage: 'Too many requests from this address.',
      }),
      ...modules,
    ],
    controllers: [HealthController, OperationsController, AboutController],
    // The flood is stopped before anybody's token is looked at.
    providers: [
      ...ports,
      { provide: About, useValue: provided.about },
      { provide: APP_GUARD, useClass: AddressLimit },
      { provide: APP_GUARD, useValue: provided.guard },
    ],
    exports: ports,
  }
}

/** Says in `RateLimit-*` and `Retry-After` how much an address has left. */
class AddressLimit extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit'
}

// The machine's own tools hand over whole histories; whoever runs them could as well stop the process.
function limitOf(context: ExecutionContext, rate: number): number {
  const { ip } = context.switchToHttp().getRequest<FastifyRequest>()
  return /^(127\.|::1$|::ffff:127\.)/.test(ip) ? rate * 100 : rate
}
