import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from './settings.js'
import { WrongSetting } from './wrong-setting.js'

const SHARED = {
  THROUGHLINE_STORE: 'postgres',
  DATABASE_URL: 'postgres://app:secret@db:5432/throughline',
  KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092',
  REDIS_URL: 'redis://redis:6379',
}
const wrong = (environment: Readonly<Record<string, string>>): string => {
  try {
    readSettings(environment)
  } catch (error) {
    if (error instanceof WrongSetting) return error.message
    throw error
  }
  return 'nothing is wrong'
}

describe('settings of shared engines', () => {
  it('are not asked for where one process has everything to itself', () => {
    expect(readSettings({}).engines).toBeUndefined()
    expect(readSettings({ KAFKA_BROKERS: 'nonsense' })).toMatchObject({ store: 'sqlite', engines: undefined })
  })

  it('name where each engine is, and how topics are made', () => {
    expect(readSettings(SHARED).engines).toEqual({
      prefix: 'throughline',
      store: SHARED.DATABASE_URL,
      redis: SHARED.REDIS_URL,
      brokers: ['kafka-1:9092', 'kafka-2:9092'],
      tls: false,
      sasl: undefined,
      topics: { partitions: 12, replication: 3, minInsync: 2, retentionDays: 7 },
    })
    const own = readSettings({
      ...SHARED,
      THROUGHLINE_STORE: 'eventstoredb',
      THROUGHLINE_PREFIX: 'acme',
      EVENTSTORE_URL: 'esdb://admin:changeit@store:2113?tls=false',
      KAFKA_TLS: 'true',
      KAFKA_SASL: 'scram-sha-512',
      KAFKA_USERNAME: 'app',
      KAFKA_PASSWORD: 'pass',
    })
    expect(own.engines).toMatchObject({
      prefix: 'acme',
      store: 'esdb://admin:changeit@store:2113?tls=false',
      tls: true,
      sasl: { mechanism: 'scram-sha-512', username: 'app', password: 'pass' },
    })
  })

  it('are named when they are missing, all of them at once', () => {
    expect(wrong({ THROUGHLINE_STORE: 'postgres' })).toBe(
      'DATABASE_URL, KAFKA_BROKERS, REDIS_URL: missing. THROUGHLINE_STORE=postgres needs DATABASE_URL, KAFKA_BROKERS and REDIS_URL.',
    )
    expect(wrong({ ...SHARED, THROUGHLINE_STORE: 'eventstoredb' })).toMatch(/^EVENTSTORE_URL: missing\./)
  })

  it.each([
    ['DATABASE_URL', 'mysql://db/x', /^DATABASE_URL: no address of this engine; write one such as postgres:/],
    ['REDIS_URL', 'localhost:6379', /^REDIS_URL: no address of this engine/],
    ['KAFKA_BROKERS', 'kafka', /^KAFKA_BROKERS: "kafka" is no host:port$/],
    ['KAFKA_PARTITIONS', '0', /^KAFKA_PARTITIONS: /],
    ['KAFKA_MIN_INSYNC', '4', /^KAFKA_MIN_INSYNC: more than KAFKA_REPLICATION/],
    ['KAFKA_SASL', 'plain', /^KAFKA_USERNAME, KAFKA_PASSWORD: KAFKA_SASL=plain needs both$/],
    ['KAFKA_TLS', 'yes', /^KAFKA_TLS: /],
    ['THROUGHLINE_PREFIX', 'My Company', /^THROUGHLINE_PREFIX: small letters and digits/],
    ['THROUGHLINE_IDENTITY', 'identity:4000', /^THROUGHLINE_IDENTITY: write an origin/],
    ['THROUGHLINE_MANAGEMENT_PORT', '99999', /^THROUGHLINE_MANAGEMENT_PORT: /],
    ['THROUGHLINE_UPSTREAMS', 'case', /^THROUGHLINE_UPSTREAMS: "case" cannot be used; write case=http:/],
  ])('stop the start with a sentence that names %s', (name, value, sentence) => {
    expect(wrong({ ...SHARED, [name]: value })).toMatch(sentence)
  })

  it('never repeat an address in a sentence, for it may hold a password', () => {
    expect(wrong({ ...SHARED, DATABASE_URL: 'postgres//app:hunter2@db' })).not.toContain('hunter2')
  })

  it('are read from files where a password should not stand in the environment (S36)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
    try {
      const file = join(folder, 'store-url')
      writeFileSync(file, `${SHARED.DATABASE_URL}\n`)
      const { DATABASE_URL: _, ...others } = SHARED
      expect(readSettings({ ...others, DATABASE_URL_FILE: file }).engines?.store).toBe(SHARED.DATABASE_URL)
      expect(wrong({ ...others, DATABASE_URL_FILE: join(folder, 'none') })).toBe(
        `DATABASE_URL_FILE: ${join(folder, 'none')} cannot be read`,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('tell the edge where each service answers', () => {
    const { upstreams } = readSettings({
      THROUGHLINE_UPSTREAMS: 'case=http://case-1:4000 http://case-2:4000,my-stuff=http://my-stuff:4000',
    })
    expect(upstreams).toEqual([
      { service: 'case', addresses: ['http://case-1:4000', 'http://case-2:4000'] },
      { service: 'my-stuff', addresses: ['http://my-stuff:4000'] },
    ])
  })
})
