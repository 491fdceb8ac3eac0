import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readSettings } from '@throughline/platform'
import { parse } from 'yaml'
import { z } from 'zod'

/** No Docker engine is needed for these: they read the files and run what can be run without one. */
const root = join(__dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const texts = z.array(z.string())
const container = z.object({
  image: z.string(),
  command: texts.optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
  deploy: z.object({ replicas: z.number() }).optional(),
  healthcheck: z.object({ test: texts, start_period: z.string() }),
  ports: texts.default([]),
  networks: texts,
  user: z.string().optional(),
  read_only: z.boolean(),
  tmpfs: texts.default([]),
  volumes: texts.default([]),
  cap_drop: texts,
  security_opt: texts,
  restart: z.literal('unless-stopped'),
  mem_limit: z.string(),
})
const composition = z.object({
  services: z.record(z.string(), container),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.null()),
})

// What Compose fills in from the person's own environment stands with its default here.
const { services, volumes } = composition.parse(
  parse(read('docker-compose.yml').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true }),
)
const engines = ['kafka', 'eventstore', 'redis']
const apps = Object.entries(services).filter(([name]) => !engines.includes(name))
const hosts = readdirSync(join(root, 'libs/services')).filter((name) =>
  existsSync(join(root, 'libs/services', name, 'package.json')),
)
const settingsOf = (name: string) =>
  readSettings(
    Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]),
    ),
  )

describe('what docker compose starts', () => {
  it('is every service there is, a relay with its standby, the edge and three engines', () => {
    expect(Object.keys(services).sort()).toEqual([...hosts, 'relay', 'edge', ...engines].sort())
    expect(services.relay?.deploy?.replicas).toBe(2)
  })

  it.each(apps)('%s is an app of the one image', (name, { image, command }) => {
    expect(image).toBe('throughline')
    expect(command).toEqual([`apps/${name}/dist/main.js`])
    expect(existsSync(join(root, 'apps', name, 'src/main.ts'))).toBe(true)
  })

  it.each(apps)('the settings of %s are settings there are', (name) => {
    expect(settingsOf(name).host).toBe('0.0.0.0')
  })

  it('services find the engines and identity under the names that they have here', () => {
    for (const [name] of apps.filter(([name]) => name !== 'edge')) {
      const { engines: found, identity, managementPort } = settingsOf(name)
      expect(found?.brokers).toEqual(['kafka:19092'])
      expect(found?.store).toContain('//eventstore:2113')
      expect(found?.redis).toBe('redis://redis:6379')
      expect(found?.topics).toMatchObject({ replication: 1, minInsync: 1 })
      expect(identity).toBe('http://identity:4000')
      expect(managementPort).toBe(9090)
    }
    expect(services.kafka?.environment.KAFKA_ADVERTISED_LISTENERS).toContain('INSIDE://kafka:19092')
  })

  it('the edge knows every service', () => {
    const known = settingsOf('edge').upstreams.map(({ service, addresses }) => [service, ...addresses])
    expect(known.sort()).toEqual(hosts.map((name) => [name, `http://${name}:4000`]).sort())
  })

  it('each waits until those it needs are healthy, and nobody waits for each other', () => {
    const started: string[] = []
    const waiting = new Map(Object.entries(services))
    for (let before = -1; before !== started.length;) {
      before = started.length
      for (const [name, { depends_on: needs }] of waiting) {
        if (!Object.keys(needs).every((need) => started.includes(need))) continue
        started.push(name)
        waiting.delete(name)
      }
    }
    expect([...waiting.keys()]).toEqual([])
    for (const [name, { depends_on: needs }] of apps.filter(([name]) => name !== 'edge'))
      expect([name, ...Object.keys(needs)]).toEqual(expect.arrayContaining([name, ...engines]))
    expect(started.at(-1)).toBe('edge')
  })

  it('only this machine reaches what is published, and services are reached through the edge alone', () => {
    const published = Object.values(services).flatMap(({ ports }) => ports)
    expect(published).toEqual(['127.0.0.1:9092:9092', '127.0.0.1:2113:2113', '127.0.0.1:4000:4000'])
  })

  it.each(Object.entries(services))('%s has no right that it does not need', (_, container) => {
    expect(container.cap_drop).toEqual(['ALL'])
    expect(container.security_opt).toEqual(['no-new-privileges:true'])
    expect(container.networks).toEqual(['inside'])
    for (const volume of container.volumes)
      expect(Object.keys(volumes)).toContain(volume.slice(0, volume.indexOf(':')))
  })

  it.each(apps)('%s writes nowhere but to its data and /tmp, as nobody', (_, container) => {
    expect(container.user).toBe('10001:10001')
    expect(container.read_only).toBe(true)
    expect(container.tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=/)])
    expect(container.volumes).toEqual(['data:/data'])
  })

  it('no password stands in it', () => {
    const names = Object.values(services).flatMap(({ environment }) => Object.keys(environment))
    expect(names.filter((name) => /PASSWORD|SECRET$|TOKEN/.test(name))).toEqual([])
    expect(JSON.stringify(services)).not.toMatch(/:\/\/[^/"]*:[^/"]*@/)
  })
})

describe('the image', () => {
  const lines = read('deploy/docker/Dockerfile')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

  it('is built in two stages, of bases that a digest can be given for', () => {
    const bases = lines.filter((line) => line.startsWith('FROM '))
    expect(bases).toEqual(['FROM ${BUILD_IMAGE} AS build', 'FROM ${RUN_IMAGE}'])
    expect(lines).toContain('ARG RUN_IMAGE=gcr.io/distroless/nodejs24-debian12')
  })

  it('is made without install scripts', () => {
    const installs = lines.flatMap((line) => line.split('&&')).filter((line) => /npm (ci|prune)/.test(line))
    expect(installs).toHaveLength(2)
    for (const install of installs) expect(install).toContain('--ignore-scripts')
    expect(lines.filter((line) => line.startsWith('ADD '))).toEqual([])
  })

  it('runs as a numbered user, without a shell, and hears the signal to stop', () => {
    expect(last).toContain('USER 10001:10001')
    expect(last.filter((line) => line.startsWith('RUN '))).toEqual([])
    const [entry, command] = ['ENTRYPOINT ', 'CMD '].map((word) =>
      texts.parse(JSON.parse(last.find((line) => line.startsWith(word))?.slice(word.length) ?? '')),
    )
    expect(entry).toEqual([
      '/nodejs/bin/node',
      '--disable-proto=delete',
      '--unhandled-rejections=strict',
      '--max-old-space-size-percentage=70',
    ])
    expect(command).toEqual(['main.js'])
    expect(last).toContain('STOPSIGNAL SIGTERM')
  })

  it.each([
    ['takes work', 200, 0],
    ['takes none', 503, 1],
  ])('its health check tells an app that %s', async (_, status, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end())
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    try {
      expect(await check(port)).toBe(code)
    } finally {
      server.close()
    }
    expect(await check(port)).toBe(1)
  })
})

function check(port: number): Promise<number | string | null | undefined> {
  const program = join(root, 'deploy/docker/ready.cjs')
  const url = `http://127.0.0.1:${String(port)}/health/ready`
  return new Promise((ended) => {
    execFile(process.execPath, [program, url], (error) => {
      ended(error === null ? 0 : error.code)
    })
  })
}
