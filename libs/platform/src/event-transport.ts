import { Server } from '@nestjs/microservices'
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices'
import { lastValueFrom } from 'rxjs'
import type { EventBus, EventContracts, RecordedEvent, Running } from '@throughline/ports'

interface Handler {
  readonly group: string
  readonly type: string
  readonly handle: MessageHandler
}

/**
 * Nest's transport for domain events over our own bus: `@EventPattern(type, { group })` declares a reaction, the group
 * is the service. One consumer runs for each group; an error reaches the bus, which retries and parks.
 */
export class EventTransport extends Server implements CustomTransportStrategy {
  readonly #handlers: Handler[] = []
  readonly #running = new Map<string, Running>()

  constructor(
    private readonly bus: EventBus,
    private readonly contracts: EventContracts,
  ) {
    super()
  }

  // Nest chains handlers of one pattern and would run every service's reaction as one; here each group has its own.
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Readonly<Record<string, unknown>> = {},
  ): void {
    const { group } = extras
    if (!isEventHandler || typeof pattern !== 'string' || typeof group !== 'string') {
      throw new Error(
        `a reaction is declared as @EventPattern('<wire name>', { group: '<service>' }): ${String(pattern)}`,
      )
    }
    this.#handlers.push({ group, type: pattern, handle: callback })
  }

  listen(callback: (error?: unknown) => void): void {
    this.#start().then(() => {
      callback()
    }, callback)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.stop()))
  }

  on(): never {
    throw new Error('this transport has no events of its own; follow the bus instead')
  }

  unwrap<T>(): T {
    throw new Error('this transport wraps no client')
  }

  get running(): ReadonlyMap<string, Running> {
    return this.#running
  }

  async #start(): Promise<void> {
    for (const [group, handlers] of Map.groupBy(this.#handlers, ({ group }) => group)) {
      const byType = Map.groupBy(handlers, ({ type }) => type)
      const running = await this.bus.consume({
        group,
        types: [...byType.keys()],
        handle: async (event: RecordedEvent) => {
          const breach = this.contracts.breachOf(event)
          if (breach) throw breach
          for (const { handle } of byType.get(event.type) ?? []) {
            const result: unknown = await handle(event)
            await lastValueFrom(this.transformToObservable(Promise.resolve(result)), {
              defaultValue: undefined,
            })
          }
        },
      })
      this.#running.set(group, running)
    }
  }
}
