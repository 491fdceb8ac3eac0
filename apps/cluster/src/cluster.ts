import { RUNNING } from '@throughline/client'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { Supervised } from './process.js'
import type { Hear, Plan } from './process.js'

/** Every service there is, each a program of its own. */
export const SERVICES = [
  'identity',
  'my-stuff',
  'journey',
  'knowledge',
  'routing',
  'contact',
  'case',
  'feedback',
  'insight',
] as const
export type ServiceName = (typeof SERVICES)[number]

export interface ClusterOptions {
  /** Addresses of engines and settings, as environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Folder of secrets and of words for people; shared by all processes. */
  readonly data: string
  /** Port of the edge; 0 takes a free one. */
  readonly port?: number
  /** Processes of each service, and of the relay. */
  readonly replicas?: number
  readonly hear?: Hear
}

/** Every service as a process of its own, relays, and the edge in front of them. */
export interface Cluster {
  readonly url: string
  readonly data: string
  readonly processes: ReadonlyMap<string, Supervised>
  /** Resolves when all of them are ready. */
  ready(): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/** Starts a cluster on this machine, against engines that run. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { data, replicas = 1, hear = () => undefined } = options
  await mkdir(data, { recursive: true, mode: 0o700 })
  const plans = await planned(options, replicas)
  const processes = new Map(plans.map((plan) => [plan.name, new Supervised(plan, hear)]))
  const edge = processes.get('edge')
  const url = new URL(edge?.plan.ready ?? '').origin
  for (const process of processes.values()) process.start()
  const file = join(data, RUNNING)
  await writeFile(file, JSON.stringify({ url, pid: process.pid }))
  return {
    url,
    data,
    processes,
    ready: async () => {
      await Promise.all([...processes.values()].map((process) => process.ready()))
    },
    stop: async () => {
      await rm(file, { force: true })
      for (const process of processes.values()) process.letGo()
      // The edge first: nobody is sent to a service that has gone.
      await edge?.stop()
      await Promise.all([...processes.values()].map((process) => process.stop()))
    },
  }
}

async function planned(options: ClusterOptions, replicas: number): Promise<readonly Plan[]> {
  const { environment, data, port = 0 } = options
  const shared = {
    ...defined(environment),
    THROUGHLINE_DATA: data,
    THROUGHLINE_HOST: HOST,
    // The edge on this machine says whom it speaks for.
    THROUGHLINE_PROXIES: HOST,
  }
  const numbered = (name: string) =>
    Array.from({ length: replicas }, (_, index) => `${name}-${String(index + 1)}`)
  const ports = new Map<string, { readonly port: number; readonly management: number }>()
  for (const name of [...SERVICES, 'relay'].flatMap(numbered)) {
    ports.set(name, { port: await freePort(), management: await freePort() })
  }
  const portsOf = (name: string) => ports.get(name) ?? { port: 0, management: 0 }
  const addressOf = (name: string): string => `http://${HOST}:${String(portsOf(name).port)}`
  const edgePort = port === 0 ? await freePort() : port
  const plan = (app: string, name: string): Plan => ({
    name,
    main: mainOf(app),
    environment: {
      ...shared,
      THROUGHLINE_PORT: String(portsOf(name).port),
      THROUGHLINE_MANAGEMENT_PORT: String(portsOf(name).management),
      // By the edge, which finds the one that answers.
      THROUGHLINE_IDENTITY: `http://${HOST}:${String(edgePort)}`,
    },
    ready: `http://${HOST}:${String(portsOf(name).management)}/health/ready`,
  })
  const upstreams = SERVICES.map((service) => `${service}=${numbered(service).map(addressOf).join(' ')}`)
  const { THROUGHLINE_PROXIES: _, ...plain } = shared
  return [
    ...SERVICES.flatMap((service) => numbered(service).map((name) => plan(service, name))),
    ...numbered('relay').map((name) => plan('relay', name)),
    {
      name: 'edge',
      main: mainOf('edge'),
      environment: {
        ...plain,
        THROUGHLINE_PORT: String(edgePort),
        THROUGHLINE_UPSTREAMS: upstreams.join(','),
      },
      ready: `http://${HOST}:${String(edgePort)}/health/ready`,
    },
  ]
}

function mainOf(app: string): string {
  return join(
    dirname(dirname(require.resolve('@throughline/app-cluster/package.json'))),
    app,
    'dist',
    'main.js',
  )
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** Below those that systems give to outgoing connections: one of these may be taken again before a process listens on it. */
const FIRST_PORT = 10_000
const PORTS = 20_000
let asked = 0

/** A port that nobody holds, and that was not given out here before. */
async function freePort(): Promise<number> {
  for (;;) {
    // Clusters of other processes begin elsewhere.
    const port = FIRST_PORT + ((process.pid * 101 + asked++) % PORTS)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, HOST, () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
