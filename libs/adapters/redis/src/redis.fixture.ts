// What the specs of this adapter share: worlds of their own in one Redis, gone after each spec, however it ended.
import { Redis } from 'ioredis'
import { engineAt, FreshIds, ImmediateTimers } from '@throughline/ports/suites'
import { openRedis } from './open.js'
import type { OpenRedis } from './open.js'

const ids = new FreshIds()
const ends: (() => Promise<void> | void)[] = []

/** For afterEach or afterAll: ends everything in the reverse order of its beginning. */
export async function cleanUp(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}

export function atTheEnd(end: () => Promise<void> | void): void {
  ends.push(end)
}

/** A prefix that nobody else has; every key of it is removed at the end. */
export function freshPrefix(url = engineAt('REDIS_URL')): string {
  const prefix = `test-${ids.next()}`
  atTheEnd(() => removeAll(url, prefix))
  return prefix
}

export async function opened(prefix: string, url = engineAt('REDIS_URL')): Promise<OpenRedis> {
  const redis = await openRedis({ url, timers: new ImmediateTimers(), prefix })
  atTheEnd(() => redis.close())
  return redis
}

/** A bare client, to do to Redis what the adapter would not. */
export function bare(url = engineAt('REDIS_URL')): Redis {
  const redis = new Redis(url)
  redis.on('error', () => undefined)
  atTheEnd(() => {
    redis.disconnect()
  })
  return redis
}

export async function keysUnder(redis: Redis, prefix: string): Promise<readonly string[]> {
  const found: string[] = []
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000)
    found.push(...keys)
    cursor = next
  } while (cursor !== '0')
  return found.sort()
}

export async function removeAll(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  const keys = await keysUnder(redis, prefix)
  if (keys.length > 0) await redis.unlink(...keys)
  redis.disconnect()
}

export function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}
