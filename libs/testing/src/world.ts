import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { toInstant } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import type { EventOf, PublicEvents } from '@throughline/contracts'
import { MemoryCourier, readSettings, start, SystemRandomness } from '@throughline/platform'
import type { Engines, Host, Settings } from '@throughline/platform'
import { TokenKeys } from '@throughline/ports'
import type { Caller, RecordedEvent, Secrets, ServiceDefinition } from '@throughline/ports'
import { ManualClock, ManualTimers } from '@throughline/platform'

/** What came back over HTTP. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed where it is JSON, text otherwise. */
  readonly body: unknown
}

/** One caller's requests. */
export interface Client {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
  put(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
  patch(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

/** Where an event told by a test stands. */
export interface Told {
  readonly stream: string
  readonly id: string
  readonly journeyId?: string
  readonly customerId?: string
  readonly actor?: string
  readonly occurredAt?: string
}

export interface World {
  readonly host: Host
  readonly clock: ManualClock
  readonly courier: MemoryCourier
  readonly url: string
  as(caller: Caller): Client
  anyone(): Client
  /** Requests with a token as given, for tests of tokens. */
  with(authorization: string): Client
  /** A token of this caller, as identity would issue it. */
  token(caller: Caller): Promise<string>
  /** Records an event of another service, held to its contract. */
  tell<Type extends PublicEvents['type']>(
    type: Type,
    data: EventOf<Type>['data'],
    where: Told,
  ): Promise<RecordedEvent>
  /** Recorded events of one type, or all, in order. */
  events(type?: string): Promise<readonly RecordedEvent[]>
  /** Returns when all reactions and views have read everything there is, their own consequences included. */
  settled(): Promise<void>
  /** Moves the clock, runs the timers once and settles. */
  pass(milliseconds: number): Promise<void>
  stop(): Promise<void>
}

class TestKeys extends TokenKeys {
  constructor(private readonly key: object) {
    super()
  }
  async jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }> {
    await Promise.resolve()
    return { keys: [{ ...this.key }] }
  }
}

/** What worlds have in common that are processes of one deployment. */
export interface Common {
  readonly clock: ManualClock
  readonly keys: Awaited<ReturnType<typeof generateKeyPair>>
  readonly secrets: Secrets
  readonly courier: MemoryCourier
  /** The engines of one process, in place of its own. */
  readonly engines: (timers: ManualTimers) => Engines
}

/**
 * Services on in-memory ports behind the real HTTP pipeline, with a clock that the test moves. When identity is among
 * them its tokens are believed beside the test's own only if `identityIssues` is set.
 */
export async function startWorld(
  services: readonly ServiceDefinition[],
  options: {
    readonly settings?: Partial<Settings>
    readonly identityIssues?: boolean
    readonly common?: Common
  } = {},
): Promise<World> {
  const { common } = options
  const clock = common?.clock ?? new ManualClock()
  const timers = new ManualTimers()
  const courier = common?.courier ?? new MemoryCourier()
  const keys = common?.keys ?? (await testKeys())
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'EdDSA' }
  const host = await start({
    services,
    settings: {
      ...readSettings({}),
      store: 'memory',
      port: 0,
      rate: 1_000_000,
      log: 'error',
      logFormat: 'text',
      ...options.settings,
    },
    clock,
    timers,
    courier,
    randomness: new SystemRandomness(),
    ...(common && { engines: () => common.engines(timers), secrets: common.secrets }),
    ...(options.identityIssues !== true && { tokenKeys: new TestKeys(key) }),
  })
  let told = 0

  const settled = (): Promise<void> => host.readers.settle(() => timers.sleep())
  const token = (caller: Caller): Promise<string> =>
    new SignJWT({
      roles: [...caller.roles],
      aal: caller.assurance,
      ...(caller.session !== undefined && { sid: caller.session }),
      ...(caller.authenticatedAt !== undefined && { auth_time: Date.parse(caller.authenticatedAt) / 1_000 }),
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setSubject(caller.actor)
      .setIssuer('throughline')
      .setAudience('throughline')
      .setIssuedAt(Math.floor(clock.now() / 1_000))
      .setExpirationTime(Math.floor(clock.now() / 1_000) + 900)
      .sign(keys.privateKey)

  const client = (authorization: () => Promise<string | undefined>): Client => {
    const send = async (
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Response> => {
      const bearer = await authorization()
      const response = await host.app.inject({
        method,
        url: path,
        headers: {
          ...(bearer !== undefined && { authorization: bearer }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const type = response.headers['content-type']?.toString() ?? ''
      return {
        status: response.statusCode,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        ),
        body:
          /[/+]json/.test(type) && response.body !== ''
            ? (JSON.parse(response.body) as unknown)
            : response.body,
      }
    }
    return {
      get: (path, headers) => send('GET', path, undefined, headers),
      delete: (path, headers) => send('DELETE', path, undefined, headers),
      post: (path, body, headers) => send('POST', path, body, headers),
      put: (path, body, headers) => send('PUT', path, body, headers),
      patch: (path, body, headers) => send('PATCH', path, body, headers),
    }
  }

  return {
    host,
    clock,
    courier,
    url: host.url,
    token,
    settled,
    as: (caller) => client(async () => `Bearer ${await token(caller)}`),
    anyone: () => client(() => Promise.resolve(undefined)),
    with: (authorization) => client(() => Promise.resolve(authorization)),
    tell: async (type, data, where) => {
      const event: DomainEvent = { type, data }
      const target = { stream: where.stream, id: where.id }
      const history = await host.events.readStream(target)
      const { events } = await host.events.append(
        target,
        history.length,
        {
          id: `told-${String(++told)}`,
          actor: where.actor ?? 'system:test',
          ...(where.journeyId !== undefined && { journeyId: where.journeyId }),
          ...(where.customerId !== undefined && { customerId: where.customerId }),
          ...(where.occurredAt !== undefined && { occurredAt: where.occurredAt }),
        },
        [event],
      )
      const [recorded] = events
      if (recorded === undefined) throw new Error(`${type} was not recorded`)
      return recorded
    },
    events: async (type) => {
      const found: RecordedEvent[] = []
      for (let after = 0; ;) {
        const page = await host.events.readAll({ after })
        const last = page.at(-1)
        if (last === undefined) return found
        found.push(...page.filter((event) => type === undefined || event.type === type))
        after = last.position
      }
    },
    pass: async (milliseconds) => {
      clock.move(milliseconds)
      await timers.run()
      await settled()
    },
    stop: () => host.stop(),
  }
}

export function testKeys() {
  return generateKeyPair('EdDSA', { extractable: true })
}

/** A moment of the test's clock, from its start. */
export function at(milliseconds: number): string {
  return toInstant(Date.parse('2026-11-20T09:00:00.000Z') + milliseconds)
}
