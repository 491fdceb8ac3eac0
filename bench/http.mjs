import { child } from './lib/child.mjs'
import { compared, takeTurns } from './lib/figures.mjs'

export const title = 'a command over HTTP to its durable reply, and to what a read shows'
export const settings = (quick) => ({
  connections: quick ? [10] : [50, 200],
  seconds: quick ? 0.5 : 2.5,
  rounds: quick ? 1 : 4,
})

export async function measure({ connections, seconds, rounds }, { profile } = {}) {
  const most = String(Math.max(...connections))
  const servers = {
    ours: await child('servers/throughline.mjs', { env: { BENCH_CUSTOMERS: most } }),
    nothing: await child('servers/fastify.mjs', { args: ['nothing'] }),
    insert: await child('servers/fastify.mjs', { args: ['insert'] }),
    naive: await child('servers/naive.mjs'),
  }
  const load = await child('load.mjs')
  const rows = []
  for (const callers of connections) {
    const command = await turns(servers, load, { callers, seconds, rounds, visible: false })
    rows.push(...commandRows(command, callers))
    const { naive: _, insert: __, ...both } = servers
    const visible = await turns(both, load, { callers, seconds, rounds, visible: true })
    rows.push(...visibleRows(visible, callers))
  }
  if (profile !== undefined) {
    const { url, tokens } = servers.ours.said
    await servers.ours.ask('beginProfile')
    await load.ask('run', { url, tokens, connections: connections[0], seconds: 4 * seconds })
    process.stdout.write(`  profile: ${await servers.ours.ask('endProfile', { file: profile })}\n`)
  }
  await load.stop()
  await Promise.all(Object.values(servers).map((server) => server.stop()))
  return rows
}

function turns(servers, load, { callers, seconds, rounds, visible }) {
  const contenders = Object.entries(servers).map(([name, server]) => [
    name,
    async () => {
      const before = await server.cpu()
      const { url, tokens } = server.said
      const { perSecond, p50, p99, requests, failed } = await load.ask('run', {
        url,
        tokens,
        connections: callers,
        seconds,
        visible,
      })
      if (failed > 0) throw new Error(`${name}: ${failed} of ${requests} requests failed`)
      // What is still in the hands of views and reactions belongs to these requests.
      await server.ask('settle')
      return { perSecond, p50, p99, cpu: ((await server.cpu()) - before) / requests }
    },
  ])
  return takeTurns(Object.fromEntries(contenders), rounds)
}

function commandRows({ ours, nothing, insert, naive }, callers) {
  const what = `command to durable reply, ${callers} connections`
  const at50 = callers === 50
  const against = (name, reference, more = {}) =>
    compared({ what, unit: 'commands/s', ours: ours.perSecond, against: name, reference, ...more })
  return [
    against(
      'Fastify that does nothing',
      nothing.perSecond,
      at50 ? { target: { ratio: 0.5 }, beyond: 0.65 } : {},
    ),
    against('Fastify and the raw durable insert', insert.perSecond),
    against(
      'Nest, class-validator, a transaction each',
      naive.perSecond,
      at50 ? { target: { ratio: 5 } } : {},
    ),
    compared({
      what: `${what}: processor time of the server`,
      unit: 'µs/request',
      better: 'less',
      ours: ours.cpu,
      against: 'Fastify that does nothing',
      reference: nothing.cpu,
    }),
    compared({
      what: `${what}: p50`,
      unit: 'ms',
      better: 'less',
      ours: ours.p50,
      against: 'Fastify and the raw durable insert',
      reference: insert.p50,
      ...(at50 && { target: { most: 5 } }),
    }),
    compared({
      what: `${what}: p99`,
      unit: 'ms',
      better: 'less',
      ours: ours.p99,
      against: 'Nest, class-validator, a transaction each',
      reference: naive.p99,
      ...(at50 && { target: { most: 15 } }),
    }),
  ]
}

function visibleRows({ ours, nothing }, callers) {
  const what = `command and the read that must show it, ${callers} connections`
  const less = { unit: 'ms', better: 'less', against: 'Fastify that does nothing' }
  return [
    compared({
      what,
      unit: 'pairs/s',
      ours: ours.perSecond,
      against: 'Fastify that does nothing',
      reference: nothing.perSecond,
      ...(callers === 50 && { target: { ratio: 0.5 }, beyond: 0.65 }),
    }),
    compared({ what: `${what}: p50`, ...less, ours: ours.p50, reference: nothing.p50 }),
    compared({ what: `${what}: p99`, ...less, ours: ours.p99, reference: nothing.p99 }),
  ]
}
