import { readSettings, start, WrongSetting } from '@throughline/platform'
import { services } from './services.js'
import { welcome } from './welcome.js'

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const host = await start({ services, settings })
  welcome(host, settings, [])
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      host.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof WrongSetting || !(error instanceof Error) ? String(error) : (error.stack ?? error.message)}\n`)
  process.exit(1)
})
