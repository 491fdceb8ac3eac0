import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EventBus } from '@throughline/ports'
import type { Readers } from './readers.js'

/** Figures for Prometheus. Labels are routes and names of ours, never ids or words of people. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  readonly #appended: Counter
  readonly #open: Gauge

  constructor(readers: () => Readers, bus: EventBus, liveStreams: () => number) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Histogram({
      name: 'throughline_http_request_seconds',
      help: 'Time to answer a request, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    })
    this.#open = new Gauge({ name: 'throughline_http_requests_open', help: 'Requests in hand', registers })
    this.#appended = new Counter({ name: 'throughline_appends_total', help: 'Durable appends', registers })
    new Gauge({
      name: 'throughline_reader_lag_events',
      help: 'Events a view or consumer has still to read',
      labelNames: ['reader'],
      registers,
      async collect() {
        this.reset()
        // An engine that is out of reach takes its own figures away, and no others.
        const report = await readers()
          .report()
          .catch(() => undefined)
        if (report === undefined) return
        for (const [reader, position] of Object.entries(report.readers))
          this.set({ reader }, Math.max(0, report.head - position))
      },
    })
    new Gauge({
      name: 'throughline_dead_letters',
      help: 'Events parked because they could not be taken',
      registers,
      async collect() {
        const letters = await bus.deadLetters().catch(() => undefined)
        this.set(letters?.length ?? NaN)
      },
    })
    new Gauge({
      name: 'throughline_live_streams',
      help: 'Open live streams',
      registers,
      collect() {
        this.set(liveStreams())
      },
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  begun(): void {
    this.#open.inc()
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#open.dec()
    this.#requests.observe({ method, route, status: String(status) }, seconds)
  }

  appended(): void {
    this.#appended.inc()
  }
}
