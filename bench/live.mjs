import { child } from './lib/child.mjs'
import { compared, notMeasured, takeTurns } from './lib/figures.mjs'

export const title = 'server-sent events: one journey, and everybody who watches it'
export const settings = (quick) => ({
  listeners: quick ? 20 : 500,
  events: quick ? 5 : 100,
  perSecond: 20,
  burst: quick ? 20 : 200,
  rounds: quick ? 1 : 3,
})

export async function measure({ listeners, events, perSecond, burst, rounds }) {
  const servers = {
    ours: await child('servers/throughline.mjs', { env: { BENCH_CUSTOMERS: '1' } }),
    bare: await child('servers/broadcast.mjs'),
  }
  const watchers = await child('watchers.mjs')
  const taken = await takeTurns(
    Object.fromEntries(
      Object.entries(servers).map(([name, server]) => [
        name,
        async () => {
          const { url, tokens } = server.said
          await watchers.ask('open', { url, token: tokens?.[0], listeners })
          const before = await server.ask('busy')
          const steady = await watchers.ask('tell', { events, perSecond })
          const busy = ((await server.ask('busy')) - before) / events
          const { deliveries, seconds } = await watchers.ask('tell', { events: burst, perSecond: Infinity })
          await watchers.ask('close')
          return { p50: steady.p50, p99: steady.p99, busy, deliveries: deliveries / seconds }
        },
      ]),
    ),
    rounds,
  )
  await Promise.all([watchers, ...Object.values(servers)].map((each) => each.stop()))
  if (taken.ours.deliveries.some((each) => !(each > 0))) return [notMeasured('deliveries', 'none arrived')]
  const against = 'a bare server that writes to everybody at once, and keeps nothing'
  const less = { better: 'less', unit: 'ms', against }
  const what = `${listeners} listeners, ${perSecond} events/s`
  return [
    compared({
      what: `${what}: p50 from the command to each listener`,
      ...less,
      ours: taken.ours.p50,
      reference: taken.bare.p50,
    }),
    compared({
      what: `${what}: p99`,
      ...less,
      ours: taken.ours.p99,
      reference: taken.bare.p99,
      target: { most: 40 },
    }),
    compared({
      what: `${what}: loop held for each event, the command and every view included`,
      ...less,
      ours: taken.ours.busy,
      reference: taken.bare.busy,
    }),
    compared({
      what: `${listeners} listeners, as fast as commands are answered`,
      unit: 'deliveries/s',
      ours: taken.ours.deliveries,
      against,
      reference: taken.bare.deliveries,
      target: { least: 70_000 },
    }),
  ]
}
