import { readSettings, start, whyNot } from '@throughline/platform'
import { announce } from './announce.js'
import { fillDemo } from './fill-demo.js'
import { HALDEN_HOME } from './halden-home.js'
import { builtPages } from './pages.js'
import { services } from './services.js'
import { welcome } from './welcome.js'

async function main(parameters: readonly string[]): Promise<void> {
  // Files of the data folder are their owner's alone, the record of what people said before all.
  process.umask(0o077)
  const inDemo = parameters.includes('--demo')
  const settings = readSettings(inDemo ? { ...HALDEN_HOME, ...process.env } : process.env)
  const administrator = { email: settings.admin, name: 'Administrator', is: 'administrator' }
  const people = [...(inDemo ? await fillDemo(settings) : []), administrator]
  const pages = builtPages()
  const host = await start({
    services,
    settings,
    ...(pages !== undefined && { pages }),
    ...(inDemo && { demo: { people } }),
  })
  const withdraw = await announce(host, settings)
  welcome(host, settings, people, { pages: pages !== undefined, inDemo })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      withdraw()
        .then(() => host.stop())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            process.stderr.write(`${whyNot(error)}\n`)
            process.exit(1)
          },
        )
    })
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${whyNot(error)}\n`)
  process.exit(1)
})
