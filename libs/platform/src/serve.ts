import type { ServiceDefinition } from '@throughline/ports'
import { start } from './host.js'
import { readSettings } from './settings.js'
import type { Settings } from './settings.js'
import { whyNot } from './why-not.js'
import { WrongSetting } from './wrong-setting.js'

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

/** The services that a process is told to run, of those it has. @throws WrongSetting naming one that it does not have */
export function chosen(
  services: readonly ServiceDefinition[],
  settings: Settings,
): readonly ServiceDefinition[] {
  const unknown = settings.services.filter((name) => services.every((service) => service.name !== name))
  if (unknown.length > 0) {
    const known = services.map(({ name }) => name).join(', ')
    throw new WrongSetting(
      `THROUGHLINE_SERVICES: ${unknown.join(', ')} is no service here. There are ${known}.`,
    )
  }
  return settings.services.length === 0
    ? services
    : services.filter(({ name }) => settings.services.includes(name))
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
  let running: Stoppable | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      // One that has not begun has nothing in hand yet, and may be waiting for engines for a long time.
      if (running === undefined) process.exit(0)
      running.stop().then(() => process.exit(0), end)
    })
  }
  begin().then((begun) => (running = begun), end)
}
