import { assertWorld, staffNamed, startReplicas } from '@throughline/testing'
import type { Replicas } from '@throughline/testing'
import { services } from './services.js'

const NOBODY = '00000000-0000-7000-8000-00000000beef'
const everybody = staffNamed(
  '00000000-0000-7000-8000-0000000000aa',
  ...(['agent', 'supervisor', 'knowledge-owner', 'analyst', 'administrator', 'back-office'] as const),
)

describe('every service alone, in two processes', () => {
  let replicas: Replicas | undefined

  afterEach(async () => {
    await replicas?.stop()
    replicas = undefined
  })

  it.each(services.map((service) => [service.name, service] as const))(
    'R30: %s starts without the others, is ready, answers every read, and reads no views but its own',
    async (name, service) => {
      const read = new Set<string>()
      replicas = await startReplicas([service], {
        seen: (engines) => ({
          ...engines,
          views: new Proxy(engines.views, {
            get: (views, method) => {
              const found: unknown = Reflect.get(views, method)
              if (typeof found !== 'function') return found
              return (...all: readonly unknown[]): unknown => {
                if (typeof all[0] === 'string') read.add(all[0])
                return Reflect.apply(found, views, all) as unknown
              }
            },
          }),
        }),
      })
      await replicas.settled()
      for (const world of replicas.worlds) {
        expect((await world.anyone().get('/health/ready')).status).toBe(200)
        expect((await world.anyone().get('/health/live')).status).toBe(200)
        const reads = world.host.routes.filter(
          ({ method, path }) =>
            method === 'GET' && path.startsWith(`/api/v1/${name}`) && !/\/(live|feed|events)\b/.test(path),
        )
        expect(reads.length).toBeGreaterThan(0)
        for (const { path } of reads) {
          const { status } = await world.as(everybody).get(path.replaceAll(/:\w+/g, NOBODY))
          expect([path, status >= 500]).toEqual([path, false])
        }
      }
      await replicas.pass(60_000)
      for (const { host } of replicas.worlds) await assertWorld(host)
      expect(read.size).toBeGreaterThan(0)
      expect([...read].filter((view) => !view.startsWith(`${name}.`))).toEqual([])
    },
  )
})
