import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)

const schema = z.object({
  /** `sqlite` keeps everything in the data folder, `memory` nothing. */
  THROUGHLINE_STORE: z.enum(['sqlite', 'memory']).default('sqlite'),
  THROUGHLINE_DATA: z.string().min(1).default('./data'),
  THROUGHLINE_HOST: z.string().min(1).default('127.0.0.1'),
  THROUGHLINE_PORT: port.default(4000),
  /** E-mail address of the first administrator, registered when nobody works here yet. */
  THROUGHLINE_ADMIN: z.email().default('admin@throughline.localhost'),
  THROUGHLINE_LOG: z.enum(['error', 'warn', 'log', 'debug']).default('warn'),
  THROUGHLINE_LOG_FORMAT: z.enum(['json', 'text']).default('json'),
  /** Addresses of proxies whose X-Forwarded-* headers count, separated by commas; none by default. */
  THROUGHLINE_PROXIES: z.string().default(''),
  /** Requests a minute from one address before 429. */
  THROUGHLINE_RATE: z.coerce.number().int().min(1).default(6_000),
})

export interface Settings {
  readonly store: 'sqlite' | 'memory'
  readonly data: string
  readonly host: string
  readonly port: number
  readonly admin: string
  readonly log: 'error' | 'warn' | 'log' | 'debug'
  readonly logFormat: 'json' | 'text'
  readonly proxies: readonly string[]
  readonly rate: number
}

/** A setting that is missing or makes no sense; the message names it. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting'
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
  if (!read.success) {
    throw new WrongSetting(
      read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    )
  }
  const env = read.data
  return {
    store: env.THROUGHLINE_STORE,
    data: env.THROUGHLINE_DATA,
    host: env.THROUGHLINE_HOST,
    port: env.THROUGHLINE_PORT,
    admin: env.THROUGHLINE_ADMIN,
    log: env.THROUGHLINE_LOG,
    logFormat: env.THROUGHLINE_LOG_FORMAT,
    proxies: env.THROUGHLINE_PROXIES.split(',').flatMap((address) =>
      address.trim() === '' ? [] : [address.trim()],
    ),
    rate: env.THROUGHLINE_RATE,
  }
}
