import { readSettings, untilStopped } from '@throughline/platform'
import { startRelayHost } from '@throughline/platform/relay'

untilStopped(async () => {
  const relay = await startRelayHost(readSettings(process.env))
  process.stdout.write(`relay, watched at ${relay.url}\n`)
  return relay
})
