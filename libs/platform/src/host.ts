import { ConsoleLogger, Logger } from '@nestjs/common'
import type { LoggerService } from '@nestjs/common'
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { SwaggerModule } from '@nestjs/swagger'
import { join } from 'node:path'
import type { Clock, Ids, Randomness } from '@throughline/kernel'
import { MemoryRegisters, MemorySignals, TokenKeys } from '@throughline/ports'
import type {
  Courier,
  EventBus,
  EventStore,
  Secrets,
  ServiceDefinition,
  Timers,
  ViewStore,
} from '@throughline/ports'
import { aboutOf } from './about.controller.js'
import type { Demo } from './about.controller.js'
import { AccessGuard } from './access.guard.js'
import { ReachGuard } from './answers.js'
import { DeclaredShapePipe } from './body.pipe.js'
import { CheckedEventStore } from './checked-store.js'
import { demoModule, SentCodes } from './demo.codes.js'
import { EventTransport } from './event-transport.js'
import { HttpEventFeed } from './feed.js'
import { FileSecrets, MemorySecrets } from './file.secrets.js'
import { GuardedViews } from './guarded-views.js'
import { fastifyAdapter, prepareHttp, readBodies } from './http.js'
import { SseLiveFeed } from './live-feed.sse.js'
import { hideManagement, listenManagement } from './management.js'
import { Metrics } from './metrics.js'
import { openEngines } from './mode.js'
import type { Engines } from './mode.js'
import { openApi } from './open-api.js'
import { OutboxCourier } from './outbox.courier.js'
import { servePages } from './pages.js'
import { platformModule } from './platform.module.js'
import { ProblemFilter } from './problems.js'
import { Readers } from './readers.js'
import { declaredRoutes } from './routes.js'
import type { DeclaredRoute } from './routes.js'
import { RemoteTokenKeys } from './remote.token-keys.js'
import { SchemaContracts } from './schema.contracts.js'
import { Schemas } from './schemas.js'
import { EndedSessions } from './sessions.js'
import type { Settings } from './settings.js'
import { WrongSetting } from './wrong-setting.js'
import { SystemClock, SystemRandomness, SystemTimers, UuidIds } from './system.js'
import { TokenReader } from './tokens.js'
import { ViewRunner } from './view-runner.js'

export interface HostOptions {
  readonly services: readonly ServiceDefinition[]
  readonly settings: Settings
  /** Stand-ins, for tests and simulations; the machine's own otherwise. */
  readonly clock?: Clock
  readonly timers?: Timers & { stop(): void }
  readonly randomness?: Randomness
  readonly ids?: Ids
  readonly secrets?: Secrets
  /** Those of an earlier host of the same services: compiling them is most of what a start costs. */
  readonly schemas?: Schemas
  readonly courier?: Courier
  /** Puts something between the services and the engines that the settings name, for tests and simulations. */
  readonly engines?: (made: Engines) => Engines
  /** Whose tokens are believed; identity's when it runs in this process. */
  readonly tokenKeys?: TokenKeys
  readonly logger?: LoggerService
  /** Folder of built pages, served at `/`; none are served without it. */
  readonly pages?: string
  /** An invented company's people, shown to whoever wants to sign in as one, and their codes with them. Never in earnest. */
  readonly demo?: Demo
}

/** A running process of one or more services. */
export interface Host {
  readonly app: NestFastifyApplication
  readonly services: readonly ServiceDefinition[]
  readonly events: EventStore
  readonly views: ViewStore
  readonly bus: EventBus
  readonly readers: Readers
  readonly routes: readonly DeclaredRoute[]
  readonly schemas: Schemas
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string
  /** Where it answers health and metrics, where that is another port. */
  readonly management: string | undefined
  /** Takes nothing new, finishes what is in hand, keeps every position, closes the stores. */
  stop(): Promise<void>
}

/** Starts services in this process. @throws WrongSetting and Error with a sentence when it cannot */
export async function start(options: HostOptions): Promise<Host> {
  const { services, settings } = options
  const logger =
    options.logger ??
    new ConsoleLogger({
      json: settings.logFormat === 'json',
      logLevels: logLevels(settings.log),
      colors: false,
    })
  Logger.overrideLogger(logger)
  const clock = options.clock ?? new SystemClock()
  const ids = options.ids ?? new UuidIds(clock)
  const timers = options.timers ?? new SystemTimers(logger)
  const made = await openEngines(settings, { clock, ids, timers })
  const engines = options.engines?.(made) ?? made
  try {
    const app: { current?: NestFastifyApplication } = {}
    const schemas = options.schemas ?? new Schemas()
    const contracts = new SchemaContracts(schemas)
    const events = new CheckedEventStore(engines.events, schemas, engines.shared !== undefined)
    const registers = engines.shared?.registers ?? new MemoryRegisters()
    const signals = engines.shared?.signals ?? new MemorySignals()
    const sessions = new EndedSessions(events, engines.bus, clock)
    const live = new SseLiveFeed(events, engines.bus, clock, timers, sessions, signals)
    const feed = new HttpEventFeed(events, engines.bus, clock, timers, sessions)
    const views = new ViewRunner(
      services.flatMap((service) => service.views),
      events,
      engines.views,
      engines.bus,
      timers,
    )
    const transport = new EventTransport(engines.bus, contracts)
    const followers = services.flatMap(({ name, followers = [] }) =>
      followers.map((type) => ({ name: `follower:${name}.${type.name}`, type })),
    )
    const others = () => ({
      live: live.running,
      feed: feed.running,
      sessions: sessions.running,
      ...Object.fromEntries(
        followers.map(({ name, type }) => [name, app.current?.get(type, { strict: false }).running]),
      ),
    })
    const readers = new Readers(
      events,
      views,
      transport,
      others,
      engines.damage,
      engines.shared && (() => clock.now() - (engines.shared?.lastPoll() ?? clock.now())),
      engines.shared !== undefined,
    )
    const metrics = new Metrics(
      () => readers,
      engines.bus,
      () => live.listeners,
    )
    events.onAppended(() => {
      metrics.appended()
    })
    const issues = services.some(({ name }) => name === 'identity')
    const remoteKeys =
      settings.identity === undefined || issues ? undefined : new RemoteTokenKeys(settings.identity, clock)
    if (engines.shared !== undefined && !issues && (options.tokenKeys ?? remoteKeys) === undefined) {
      throw new WrongSetting(
        'THROUGHLINE_IDENTITY: missing. A process without identity needs its address, such as http://identity:4000.',
      )
    }
    const tokens = new TokenReader(() => {
      const keys = options.tokenKeys ?? remoteKeys ?? app.current?.get(TokenKeys, { strict: false })
      if (keys === undefined) throw new Error('nobody issues tokens here')
      return keys
    }, clock)
    const randomness = options.randomness ?? new SystemRandomness()
    const courier = options.courier ?? outbox(settings, clock)
    const codes = options.demo === undefined ? undefined : new SentCodes(courier)
    const module = platformModule(
      {
        clock,
        ids,
        timers,
        events,
        live,
        feed,
        schemas,
        contracts,
        readers,
        metrics,
        randomness,
        bus: engines.bus,
        views: new GuardedViews(
          engines.views,
          (view) => views.mayRead(view),
          (view) => {
            views.suspect(view)
          },
        ),
        registers,
        signals,
        counters: engines.shared?.counters,
        courier: codes ?? courier,
        secrets: options.secrets ?? secretsOf(settings),
        administrator: { email: settings.admin },
        rate: settings.rate,
        guards: [
          new AccessGuard(new Reflector(), tokens, sessions, ids, clock),
          new ReachGuard(views, clock, timers, () => readers.stopping),
        ],
        about: aboutOf(settings, options.demo),
      },
      [...services.map((service) => service.module), ...(codes === undefined ? [] : [demoModule(codes)])],
    )
    const nest = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(settings), {
      logger,
      abortOnError: false,
    })
    app.current = nest
    await prepareHttp(
      nest,
      settings.widgetOrigins,
      () => metrics,
      () => readers.stopping,
    )
    if (options.pages !== undefined) await servePages(nest, options.pages, randomness)
    nest.useGlobalFilters(new ProblemFilter())
    nest.useGlobalPipes(new DeclaredShapePipe(schemas))
    const { managementPort } = settings
    if (managementPort !== undefined) hideManagement(nest.getHttpAdapter().getInstance())
    nest.connectMicroservice({ strategy: transport }, { inheritAppConfig: true })
    const routes = declaredRoutes(nest.get(DiscoveryService, { strict: false }), schemas)
    SwaggerModule.setup('api/docs', nest, () => openApi(nest, schemas, routes), {
      customSiteTitle: 'Throughline API',
    })
    await sessions.start()
    await live.start()
    await feed.start()
    await views.start()
    await nest.init()
    readBodies(nest)
    const management =
      managementPort === undefined
        ? undefined
        : await listenManagement({ host: settings.host, port: managementPort }, readers, metrics)
    await nest.startAllMicroservices()
    await nest.listen(settings.port, settings.host)
    readers.started()
    return {
      app: nest,
      services,
      events,
      views: engines.views,
      bus: engines.bus,
      readers,
      routes,
      schemas,
      url: await nest.getUrl(),
      management: management?.url,
      stop: async () => {
        readers.stopping = true
        // Whoever sends requests here sees in this time that it is not ready any more, and nothing is refused yet.
        await timers.sleep(settings.drain)
        await live.stop()
        await feed.stop()
        timers.stop()
        const server = nest.getHttpServer()
        const overdue = setTimeout(() => {
          server.closeAllConnections()
        }, MOST_GRACE)
        await nest.close().finally(() => {
          clearTimeout(overdue)
        })
        await views.stop()
        await management?.close()
        await engines.close()
      },
    }
  } catch (error) {
    timers.stop()
    await engines.close()
    throw error
  }
}

/** Milliseconds that requests in hand get at a stop; one that was never sent to its end would hold the process for ever. */
const MOST_GRACE = 10_000

function logLevels(least: Settings['log']): ('fatal' | 'error' | 'warn' | 'log' | 'debug')[] {
  const levels = ['fatal', 'error', 'warn', 'log', 'debug'] as const
  return levels.slice(0, levels.indexOf(least) + 1)
}

function secretsOf({ store, data, secrets = join(data, 'secrets') }: Settings): Secrets {
  return store === 'memory' ? new MemorySecrets() : new FileSecrets(secrets)
}

function outbox(settings: Settings, clock: Clock): Courier {
  return new OutboxCourier(join(settings.data, 'outbox'), clock, ({ to, text }) => {
    process.stdout.write(`\n  To ${to.address}: ${text}\n\n`)
  })
}
