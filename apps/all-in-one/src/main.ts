import { readSettings, start, whyNot } from '@throughline/platform'
import { announce } from './announce.js'
import { fillDemo } from './fill-demo.js'
import { services } from './services.js'
import { welcome } from './welcome.js'

async function main(parameters: readonly string[]): Promise<void> {
  // Files of the data folder are their owner's alone, the record of what people said before all.
  process.umask(0o077)
  const settings = readSettings(process.env)
  const demo = parameters.includes('--demo') ? await fillDemo(settings) : []
  const host = await start({ services, settings })
  const withdraw = await announce(host, settings)
  welcome(host, settings, demo)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void withdraw()
        .then(() => host.stop())
        .finally(() => process.exit())
    })
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${whyNot(error)}\n`)
  process.exit(1)
})
