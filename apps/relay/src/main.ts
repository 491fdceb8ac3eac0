import { readSettings, startRelayHost, untilStopped } from '@throughline/platform'

untilStopped(async () => {
  const relay = await startRelayHost(readSettings(process.env))
  process.stdout.write(`relay, watched at ${relay.url}\n`)
  return relay
})
