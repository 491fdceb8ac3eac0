import { chosen, readSettings, start, untilStopped } from '@throughline/platform'
import { announce } from './announce.js'
import { fillDemo } from './fill-demo.js'
import { HALDEN_HOME } from './halden-home.js'
import { builtPages } from './pages.js'
import { services } from './services.js'
import { welcome } from './welcome.js'

const parameters = process.argv.slice(2)

untilStopped(async () => {
  const inDemo = parameters.includes('--demo')
  const settings = readSettings(inDemo ? { ...HALDEN_HOME, ...process.env } : process.env)
  const administrator = { email: settings.admin, name: 'Administrator', is: 'administrator' }
  const people = [...(inDemo ? await fillDemo(settings) : []), administrator]
  const pages = builtPages()
  const host = await start({
    services: chosen(services, settings),
    settings,
    ...(pages !== undefined && { pages }),
    ...(inDemo && { demo: { people } }),
  })
  const withdraw = await announce(host, settings)
  welcome(host, settings, people, { pages: pages !== undefined, inDemo })
  return {
    stop: async () => {
      await withdraw()
      await host.stop()
    },
  }
})
