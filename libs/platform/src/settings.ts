import { z } from 'zod'
import { sharedEngines } from './settings.engines.js'
import type { EngineSettings } from './settings.engines.js'
import { words, wrong, WrongSetting } from './wrong-setting.js'

const port = z.coerce.number().int().min(0).max(65_535)

/** A link to a place of the company, as pages show it. */
export interface Link {
  readonly label: string
  /** `https://…`, `http://…`, or a path of this server. */
  readonly href: string
}

const list = <Value>(example: string, read: (text: string) => Value | undefined) =>
  z
    .string()
    .default('')
    .transform((text, context): readonly Value[] =>
      words(text).flatMap((word) => {
        const value = read(word)
        if (value === undefined) {
          context.addIssue({ code: 'custom', message: `"${word}" cannot be used; write ${example}` })
          return []
        }
        return [value]
      }),
    )

const schema = z.object({
  /**
   * `sqlite` keeps everything in the data folder, `memory` nothing: one process. With `postgres` and `eventstoredb` many
   * processes share one record, meet over Kafka and keep their views in Redis.
   */
  THROUGHLINE_STORE: z.enum(['sqlite', 'memory', 'postgres', 'eventstoredb']).default('sqlite'),
  /** Begins the names of everything kept in shared engines: schema, streams, topics, keys. */
  THROUGHLINE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,31}$/, 'small letters and digits, a letter first')
    .default('throughline'),
  /** Folder of signing keys and other secrets, shared by all replicas; `secrets` in the data folder without it. */
  THROUGHLINE_SECRETS: z.string().default(''),
  /** Where other processes ask identity for its keys: `http://identity:4000`. */
  THROUGHLINE_IDENTITY: z.string().default(''),
  /** Names of the services that this process runs, separated by commas; all that it has without it. */
  THROUGHLINE_SERVICES: z.string().default(''),
  THROUGHLINE_DATA: z.string().min(1).default('./data'),
  THROUGHLINE_HOST: z.string().min(1).default('127.0.0.1'),
  THROUGHLINE_PORT: port.default(4000),
  /** Port of health and metrics, which people never reach; empty answers them on the same port as everything else. */
  THROUGHLINE_MANAGEMENT_PORT: z.preprocess((text) => (text === '' ? undefined : text), port.optional()),
  /** E-mail address of the first administrator, registered when nobody works here yet. */
  THROUGHLINE_ADMIN: z.email().default('admin@throughline.localhost'),
  THROUGHLINE_LOG: z.enum(['error', 'warn', 'log', 'debug']).default('warn'),
  THROUGHLINE_LOG_FORMAT: z.enum(['json', 'text']).default('json'),
  /** Addresses of proxies whose X-Forwarded-* headers count, separated by commas; none by default. */
  THROUGHLINE_PROXIES: z.string().default(''),
  /** Requests a minute from one address before 429. */
  THROUGHLINE_RATE: z.coerce.number().int().min(1).default(6_000),
  /** Milliseconds that a process told to stop says so at /health/ready and still takes requests. */
  THROUGHLINE_DRAIN: z.coerce.number().int().min(0).max(60_000).default(0),
  /** Origins of other sites whose pages may embed the widget, separated by commas; none by default. */
  THROUGHLINE_WIDGET_ORIGINS: list('https://shop.example', originOf),
  /** What the company calls itself on its pages. */
  THROUGHLINE_NAME: z.string().min(1).max(80).default('Throughline'),
  /** What stands in the header of the customer's pages: `Kitchen=https://…,Laundry=/laundry`. */
  THROUGHLINE_LINKS: list('Kitchen=https://shop.example/kitchen', linkOf),
  /** The number that customers are shown to ring. */
  THROUGHLINE_PHONE: z.string().max(40).default(''),
  /** Where the edge finds each service: `case=http://case-1:4000 http://case-2:4000,identity=…`. */
  THROUGHLINE_UPSTREAMS: list('case=http://case-1:4000 http://case-2:4000', upstreamOf),
})

/** A service and where it answers. */
export interface Upstream {
  readonly service: string
  readonly addresses: readonly string[]
}

export interface Settings {
  readonly store: 'sqlite' | 'memory' | 'postgres' | 'eventstoredb'
  /** Set where the store is shared. */
  readonly engines: EngineSettings | undefined
  readonly data: string
  /** Folder of secrets; absent for `secrets` in the data folder. */
  readonly secrets: string | undefined
  readonly identity: string | undefined
  /** Names; empty for all there are. */
  readonly services: readonly string[]
  readonly upstreams: readonly Upstream[]
  readonly managementPort: number | undefined
  readonly host: string
  readonly port: number
  readonly admin: string
  readonly log: 'error' | 'warn' | 'log' | 'debug'
  readonly logFormat: 'json' | 'text'
  readonly proxies: readonly string[]
  readonly rate: number
  readonly drain: number
  readonly widgetOrigins: readonly string[]
  readonly name: string
  readonly links: readonly Link[]
  readonly phone: string | undefined
}

/** @throws WrongSetting */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const known = Object.keys(schema.shape)
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('THROUGHLINE_') && !known.includes(name),
  )
  if (unknown.length > 0) {
    throw new WrongSetting(`${unknown.join(', ')}: no such setting. There are ${known.join(', ')}.`)
  }
  const read = schema.safeParse(environment)
  if (!read.success) throw wrong(read.error)
  const env = read.data
  return {
    store: env.THROUGHLINE_STORE,
    engines: sharedEngines(env.THROUGHLINE_STORE, env.THROUGHLINE_PREFIX, environment),
    data: env.THROUGHLINE_DATA,
    secrets: env.THROUGHLINE_SECRETS === '' ? undefined : env.THROUGHLINE_SECRETS,
    identity: addressOf('THROUGHLINE_IDENTITY', env.THROUGHLINE_IDENTITY),
    services: words(env.THROUGHLINE_SERVICES),
    upstreams: env.THROUGHLINE_UPSTREAMS,
    managementPort: env.THROUGHLINE_MANAGEMENT_PORT,
    host: env.THROUGHLINE_HOST,
    port: env.THROUGHLINE_PORT,
    admin: env.THROUGHLINE_ADMIN,
    log: env.THROUGHLINE_LOG,
    logFormat: env.THROUGHLINE_LOG_FORMAT,
    proxies: words(env.THROUGHLINE_PROXIES),
    rate: env.THROUGHLINE_RATE,
    drain: env.THROUGHLINE_DRAIN,
    widgetOrigins: env.THROUGHLINE_WIDGET_ORIGINS,
    name: env.THROUGHLINE_NAME,
    links: env.THROUGHLINE_LINKS,
    phone: env.THROUGHLINE_PHONE === '' ? undefined : env.THROUGHLINE_PHONE,
  }
}

function addressOf(name: string, value: string): string | undefined {
  if (value === '') return undefined
  if (originOf(value) === undefined)
    throw new WrongSetting(`${name}: write an origin such as http://identity:4000`)
  return value
}

function upstreamOf(text: string): Upstream | undefined {
  const [, service, rest] = /^([a-z-]+)=(.+)$/.exec(text) ?? []
  const addresses = rest?.trim().split(/\s+/) ?? []
  if (service === undefined || addresses.some((address) => originOf(address) === undefined)) return undefined
  return { service, addresses }
}

function originOf(text: string): string | undefined {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return undefined
  return new URL(text).origin === text ? text : undefined
}

function linkOf(text: string): Link | undefined {
  const [, label, href] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (label === undefined || href === undefined) return undefined
  // No script or data address: it becomes the href of a link that customers press.
  const usable = /^https?:\/\//.test(href) ? URL.canParse(href) : /^\/(?!\/)/.test(href)
  return usable ? { label: label.trim(), href } : undefined
}
