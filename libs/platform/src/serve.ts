import type { ServiceDefinition } from '@throughline/ports'
import { start } from './host.js'
import { readSettings } from './settings.js'
import { whyNot } from './why-not.js'

/** Whatever can be told to stop. */
export interface Stoppable {
  stop(): Promise<void>
}

/** Runs services as this process until it is told to stop; ends it with a sentence where they cannot start. */
export function serve(services: readonly ServiceDefinition[]): void {
  untilStopped(async () => {
    const host = await start({ services, settings: readSettings(process.env) })
    process.stdout.write(`${services.map(({ name }) => name).join(', ')} at ${host.url}\n`)
    return host
  })
}

/** Begins what this process is for, and ends it in order at SIGINT and SIGTERM. */
export function untilStopped(begin: () => Promise<Stoppable>): void {
  // Files of the data folder are their owner's alone, the record of what people said before all.
  process.umask(0o077)
  const end = (error: unknown): void => {
    process.stderr.write(`${whyNot(error)}\n`)
    process.exit(1)
  }
  let isStopping = false
  let begun: Promise<Stoppable> | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      Promise.resolve(begun)
        .then((running) => running?.stop())
        .then(() => process.exit(0), end)
    })
  }
  begun = begin()
  begun.catch(end)
}
