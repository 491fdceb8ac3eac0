import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * `npm run engines` with a stand-in for redis-server, so that it runs where no engine is installed. What it does with real
 * ones is seen wherever a test of an adapter runs.
 */
const script = join(__dirname, '../../scripts/engines.mjs')

/** Answers `INFO` with a version, keeps one line in its folder for each start. */
const STAND_IN = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs')
const config = readFileSync(process.argv[2], 'utf8')
const folder = JSON.parse(/^dir (.*)$/m.exec(config)[1])
appendFileSync(folder + '/starts', 'started\\n')
const server = require('node:net').createServer((socket) =>
  socket.on('error', () => {}).on('data', () => socket.write('redis_version:9.9.9\\r\\n')),
)
server.listen(Number(/^port (.*)$/m.exec(config)[1]), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

interface Ended {
  readonly code: number
  readonly said: string
}

let folder: string
let programs: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-spec-'))
  programs = mkdtempSync(join(tmpdir(), 'throughline-spec-'))
  install(STAND_IN)
})

afterEach(async () => {
  await engines('stop')
  for (const each of [folder, programs]) rmSync(each, { recursive: true, force: true })
})

it('engines start, say how to reach them, start only once, and stop only once', async () => {
  const port = await freePort()
  const address = `REDIS_URL=redis://127.0.0.1:${String(port)}`
  const first = await engines('start', 'redis', '--redis-port', String(port))
  expect(first).toEqual({ code: 0, said: expect.stringContaining(`export ${address}`) as unknown })
  expect(first.said).toContain('9.9.9')
  expect((await engines('start', 'redis', '--redis-port', String(port))).said).toContain('ran already')
  expect(readFileSync(join(folder, 'redis/starts'), 'utf8')).toBe('started\n')
  const { pid } = running()
  expect(await engines('status', 'redis')).toEqual({
    code: 0,
    said: expect.stringContaining(`process ${String(pid)} `) as unknown,
  })
  expect(await engines('stop', 'redis')).toEqual({
    code: 0,
    said: expect.stringContaining('stopped') as unknown,
  })
  // Its port is free again.
  expect((await taken(port)).server.close()).toBeDefined()
  expect(await engines('stop', 'redis')).toEqual({
    code: 0,
    said: expect.stringContaining('did not run') as unknown,
  })
})

it('an engine that was killed is known to be gone, and starts again on its data', async () => {
  const port = String(await freePort())
  await engines('start', 'redis', '--redis-port', port)
  process.kill(running().pid, 'SIGKILL')
  expect(await engines('status', 'redis')).toMatchObject({ code: 1 })
  expect(await engines('start', 'redis', '--redis-port', port)).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'redis/starts'), 'utf8')).toBe('started\nstarted\n')
})

it('a process that has the number of an engine by chance is left alone', async () => {
  await engines('start', 'redis', '--redis-port', String(await freePort()))
  const note = running()
  process.kill(note.pid, 'SIGKILL')
  // As if the system had given the number to this process afterwards.
  writeFileSync(join(folder, 'redis/running.json'), JSON.stringify({ ...note, pid: process.pid }))
  expect((await engines('stop', 'redis')).said).toContain('did not run')
})

it('a port that is taken is named, with the ways to choose another', async () => {
  const { server, port } = await taken()
  try {
    const { code, said } = await engines('start', 'redis', '--redis-port', String(port))
    expect(code).toBe(1)
    expect(said).toContain(`port ${String(port)} is taken by another program`)
    expect(said).toContain('--redis-port N or REDIS_PORT=N')
  } finally {
    server.close()
  }
  expect(existsSync(join(folder, 'redis/starts'))).toBe(false)
})

it('what is missing is named with what installs it, and the others start', async () => {
  const { code, said } = await engines('start', 'kafka', 'redis', '--redis-port', String(await freePort()))
  expect(code).toBe(1)
  expect(said).toMatch(
    /Apache Kafka +not started: no Java is installed: apt-get install default-jre-headless/,
  )
  expect(said).toMatch(/Redis +9\.9\.9/)
  expect((await engines('packages', 'kafka', 'redis')).said.trim()).toBe('default-jre-headless maven')
})

it('an engine that ends at once is told with its last words', async () => {
  install(`#!${process.execPath}\nconsole.log('this disk is full')\nprocess.exit(3)\n`)
  const { code, said } = await engines('start', 'redis', '--redis-port', String(await freePort()))
  expect(code).toBe(1)
  expect(said).toMatch(/it ended at once; the end of .*redis\.log:\nthis disk is full/)
})

it.each([
  ['a port that is none', ['start', 'redis', '--redis-port', 'many'], '--redis-port'],
  ['an engine that is none', ['start', 'mongodb'], 'mongodb is no engine'],
  ['an option that is none', ['start', '--port', '1'], '--port'],
])('%s is refused', async (_, parameters, sentence) => {
  expect(await engines(...parameters)).toEqual({
    code: 1,
    said: expect.stringContaining(sentence) as unknown,
  })
})

function engines(...parameters: readonly string[]): Promise<Ended> {
  return new Promise((ended) => {
    const env = { PATH: programs, HOME: folder }
    execFile(process.execPath, [script, ...parameters, '--folder', folder], { env }, (error, out, words) => {
      ended({ code: error === null ? 0 : Number(error.code), said: `${out}${words}` })
    })
  })
}

function running(): { readonly pid: number; readonly began: string } {
  const note: unknown = JSON.parse(readFileSync(join(folder, 'redis/running.json'), 'utf8'))
  return z.object({ pid: z.number(), began: z.string(), port: z.number() }).parse(note)
}

function install(program: string): void {
  writeFileSync(join(programs, 'redis-server'), program, { mode: 0o755 })
}

async function taken(wanted = 0): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer()
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(wanted, '127.0.0.1', listening)
  })
  return { server, port: (server.address() as AddressInfo).port }
}

async function freePort(): Promise<number> {
  const { server, port } = await taken()
  await new Promise((closed) => server.close(closed))
  return port
}
