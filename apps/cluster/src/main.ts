import { parseArgs } from 'node:util'
import { openCluster } from './cluster.js'

/** npm run cluster [-- --replicas N]: until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { replicas: { type: 'string', default: '1' } } })
  const replicas = Number(values.replicas)
  if (!/^[1-9]$/.test(values.replicas)) throw new Error('--replicas is a number from 1 to 9')
  const { env } = process
  const cluster = await openCluster({
    environment: env,
    data: env.THROUGHLINE_DATA ?? './data/cluster',
    port: Number(env.THROUGHLINE_PORT ?? 4000),
    replicas,
    hear: (name, line) => {
      if (line.trim() !== '') process.stdout.write(`${name.padEnd(12)} ${line}\n`)
    },
  })
  let stopping: Promise<void> | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping ??= cluster.stop().then(() => process.exit(0))
    })
  }
  process.stdout.write(`Starting ${String(cluster.processes.size)} processes …\n`)
  await cluster.ready()
  process.stdout.write(
    welcome(cluster.url, env.THROUGHLINE_ADMIN ?? 'admin@throughline.localhost', cluster.data),
  )
}

function welcome(url: string, administrator: string, data: string): string {
  return `
Throughline runs, each service as a process of its own.

  Pages           ${url}/ (customer)   ${url}/desk (staff)

  To sign in, type an address; codes appear here and in ${data}/outbox.
  Who is there (any other address becomes a new customer):
    ${administrator}   administrator

  API             ${url}/api/v1
  Documentation   ${url}/api/docs
  Health          ${url}/health/ready
  Data            the engines; secrets and words for people in ${data}

  Ctrl-C stops, and nothing is lost.

`
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
