import { startRelay } from '@throughline/adapter-kafka'
import { ConsoleLogger, Logger } from '@nestjs/common'
import { fastify as newFastify } from 'fastify'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { die, kafkaOf, openStore, sharedOf } from './mode.shared.js'
import type { Settings } from './settings.js'
import { SystemClock, SystemTimers, UuidIds } from './system.js'

/** A process that brings the record to Kafka, or stands by to take over from one that does. */
export interface RelayHost {
  /** Where it answers health and metrics. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts a relay. As many may run as one likes: one of them sends. @throws WrongSetting */
export async function startRelayHost(settings: Settings): Promise<RelayHost> {
  const engines = sharedOf(settings)
  const logger = new ConsoleLogger({
    json: settings.logFormat === 'json',
    logLevels: ['fatal', 'error', 'warn'],
  })
  Logger.overrideLogger(logger)
  const clock = new SystemClock()
  const ids = new UuidIds(clock)
  const timers = new SystemTimers(logger)
  const store = await openStore(settings, { clock, ids, timers })
  const relay = startRelay({
    ...kafkaOf(engines),
    events: store.events,
    registers: store.registers,
    ids,
    onFatal: die,
  })
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }
  gauge('throughline_relay_leader', '1 in the process that sends', () => (relay.isLeader ? 1 : 0))
  gauge('throughline_relay_position', 'Everything up to here is in the topics', () => relay.position)
  gauge('throughline_relay_lag_events', 'Events that wait to be sent', () => relay.lag)
  const server = newFastify({ forceCloseConnections: true })
  let isStopping = false
  server.get('/health/live', () => ({ status: 'ok' }))
  // A broker that is down makes nobody unready: the relay waits for it, and a restart would not bring it back.
  server.get('/health/ready', (_request, reply) =>
    reply.status(isStopping ? 503 : 200).send({
      status: isStopping ? 'stopping' : 'ok',
      leader: relay.isLeader,
      position: relay.position,
      lag: relay.lag,
      ...(relay.failing !== undefined && { failing: relay.failing.message }),
    }),
  )
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
  const url = await server.listen({ host: settings.host, port: settings.managementPort ?? settings.port })
  return {
    url,
    stop: async () => {
      isStopping = true
      await relay.stop()
      timers.stop()
      await store.close()
      await server.close()
    },
  }
}
