import { publicEvents } from '@throughline/contracts'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTheatre } from './theatre.js'
import type { Theatre } from './theatre.js'

const root = join(__dirname, '../../..')
const program = join(root, 'examples/consume/feed.py')
const guide = readFileSync(join(root, 'docs/guides/consume.md'), 'utf8')
const FEED = '/api/v1/insight/feed'

interface Ran {
  /** Null when it was killed. */
  readonly code: number | null
  readonly out: string
  readonly error: string
}

describe('those who consume the events over HTTP, with the programs of docs/guides/consume.md', () => {
  let theatre: Theatre
  let scratch: string
  let client: Readonly<Record<string, string>>
  const running = new Set<ChildProcess>()
  let between: Server | undefined

  beforeAll(async () => {
    theatre = await openTheatre()
    scratch = await mkdtemp(join(tmpdir(), 'throughline-consume-'))
    const { body } = await theatre.stage.operator.post<{
      readonly id: string
      readonly clientSecret: string
    }>('/api/v1/identity/clients', { name: 'Warehouse', role: 'analyst' })
    client = { THROUGHLINE_CLIENT: body.id, THROUGHLINE_SECRET: body.clientSecret }
    await theatre.stage.settle()
  })
  afterEach(() => {
    for (const each of running) each.kill('SIGKILL')
    between?.close()
    between?.closeAllConnections()
  })
  afterAll(async () => {
    await theatre.stage.stop()
    await rm(scratch, { recursive: true, force: true })
  })

  /** Runs a program until it ends, or until what it has said is enough: then it is killed as the power would. */
  const run = (
    command: string,
    parameters: readonly string[],
    environment: Readonly<Record<string, string>>,
    enough: (out: string) => boolean = () => false,
  ): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn(command, parameters, { env: { PATH: process.env.PATH, ...environment } })
      running.add(child)
      let [out, error] = ['', '']
      child.stdout.on('data', (data: Buffer) => {
        out += String(data)
        if (enough(out)) child.kill('SIGKILL')
      })
      child.stderr.on('data', (data: Buffer) => (error += String(data)))
      child.on('error', (cause) => {
        reject(new Error(`${command} is not on this machine, and the guide’s programs need it`, { cause }))
      })
      child.on('close', (code) => {
        running.delete(child)
        resolve({ code, out, error })
      })
    })
  const python = (
    place: string,
    how: {
      readonly once?: boolean
      readonly url?: string
      readonly more?: Readonly<Record<string, string>>
    } = {},
    enough?: (out: string) => boolean,
  ): Promise<Ran> => {
    const parameters = [program, join(scratch, place), ...(how.once === false ? [] : ['--once'])]
    const environment = { THROUGHLINE_URL: how.url ?? theatre.stage.url, ...client, ...how.more }
    return run('python3', parameters, environment, enough)
  }
  const positionsOf = (out: string): readonly number[] =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { readonly position: number }).position)
  const recorded = async (): Promise<readonly number[]> => {
    await theatre.stage.settle()
    const events = await theatre.stage.host().events.readAll({ limit: 100_000 })
    return events.filter(({ type }) => publicEvents().has(type)).map(({ position }) => position)
  }
  const happens = async (): Promise<void> => {
    const path = `/api/v1/journey/journeys/${theatre.his.journeys}/stage`
    await theatre.send('POST', path, { token: theatre.tokens.customer, body: { stage: 'delivery' } })
    await theatre.send('POST', path, { token: theatre.tokens.customer, body: { stage: 'use' } })
  }

  it('C67: Python reads from the first event, is killed in the middle, goes on, and proves that nothing is missing', async () => {
    const killed = await python('killed', { once: false }, (out) => out.split('\n').length > 40)
    expect(killed.code).toBeNull()
    await happens()
    const rest = await python('killed')
    expect([rest.code, rest.error]).toEqual([0, expect.stringContaining('and none is missing')])
    // Only what was in hand when it was killed came twice.
    const taken = [...positionsOf(killed.out), ...positionsOf(rest.out)]
    expect([...new Set(taken)]).toEqual(await recorded())
    expect(taken.length - new Set(taken).size).toBeLessThanOrEqual(1)
    expect(Number(await readFile(join(scratch, 'killed'), 'utf8'))).toBe(
      await theatre.stage.host().events.head(),
    )
    const again = await python('killed')
    expect([again.out, again.error]).toEqual(['', expect.stringContaining('0 events')])
  })

  const passOn = async (request: IncomingMessage): Promise<readonly string[]> => {
    const { method = 'GET', url = '', headers } = request
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const answer = await fetch(`${theatre.stage.url}${url}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(headers.authorization !== undefined && { authorization: headers.authorization }),
      },
      ...(body !== '' && { body }),
    })
    return (await answer.text()).split('\n')
  }

  it('C67: Python stops where an event was dropped on its way', async () => {
    const dropped = (await recorded())[30] ?? 0
    // Between the two stands somebody who loses a line.
    between = createServer((request, response) => {
      void passOn(request).then((lines) => {
        response.end(lines.filter((line) => !line.startsWith(`{"position":${String(dropped)},`)).join('\n'))
      })
    })
    await new Promise<void>((resolve) => between?.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((between.address() as AddressInfo).port)}`
    const { code, out, error } = await python('dropped', { url })
    expect([code, error]).toEqual([1, expect.stringContaining(`Missing: position ${String(dropped)}`)])
    expect(Math.max(...positionsOf(out))).toBeLessThan(dropped)
  })

  it('Python reads a customer’s own journeys by the same program', async () => {
    const more = {
      THROUGHLINE_FEED: '/api/v1/journey/feed?type=throughline.FactGiven.v1',
      THROUGHLINE_TOKEN: theatre.tokens.ana,
    }
    const { code, out } = await python('hers', { more })
    expect([code, positionsOf(out).length > 0]).toEqual([0, true])
    expect(out).not.toContain(theatre.his.journeys)
    const refused = await python('refused', { more: { THROUGHLINE_TOKEN: theatre.tokens.customer } })
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('access.forbidden')])
  })

  const curls = [...guide.matchAll(/^curl .*$/gm)].map(([command]) => command)
  it.each(curls)('%s', async (command) => {
    const environment = { URL: theatre.stage.url, TOKEN: theatre.tokens.analyst }
    const { out } = await run(
      'sh',
      ['-c', `exec ${command}`],
      environment,
      (told) => told.split('\n').length > 12,
    )
    const lines = out.split('\n').filter((line) => line.includes('"position"'))
    expect(lines.length).toBeGreaterThan(0)
    const told = lines.map(
      (line) => JSON.parse(line.replace('data: ', '')) as { previous: number; type: string },
    )
    expect(command.includes('last-event-id') ? told[0]?.previous : 0).toBe(
      command.includes('last-event-id') ? 20 : 0,
    )
    expect(out.startsWith('retry:')).toBe(command.includes('event-stream'))
    if (command.includes('type=')) expect(new Set(told.map(({ type }) => type)).size).toBeLessThanOrEqual(2)
  })

  it('tells who may what as the guide does', async () => {
    expect(curls).toHaveLength(5)
    for (const who of ['customer', 'guest', 'agent', 'knowledge-owner', 'back-office'] as const)
      expect((await theatre.send('GET', FEED, { token: theatre.tokens[who] })).status).toBe(403)
  })
})
