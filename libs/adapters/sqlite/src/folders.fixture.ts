// What the tests of this adapter share: folders, processes and mounts that are gone after each test, however it ended.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Clock } from '@throughline/kernel'
import type { StreamName } from '@throughline/ports'
import { FreshIds, fromSource, ImmediateTimers, runChild, TickingClock } from '@throughline/ports/suites'
import type { Child } from '@throughline/ports/suites'
import { openSqlite } from './open.js'
import type { Sqlite } from './open.js'

const ids = new FreshIds()
const folders: string[] = []
const mounts: string[] = []
const opened: Sqlite[] = []
const children: Child[] = []

/** For afterEach. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) child.process.kill('SIGKILL')
  for (const sqlite of opened.splice(0)) await sqlite.close()
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount])
  for (const one of folders.splice(0)) rmSync(one, { recursive: true })
}

export function folder(root = tmpdir()): string {
  const made = mkdtempSync(join(root, 'throughline-'))
  folders.push(made)
  return made
}

function mount(place: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', place], { stdio: 'ignore' })
}

/** A folder with so much room, like `2m`, until it is given more (`mount -o remount,size=…`). */
export function smallFolder(size: string): string {
  const made = folder()
  mount(made, size)
  mounts.push(made)
  return made
}

/** Whether this user may mount such a folder: on most machines root alone. */
export function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'throughline-'))
  try {
    mount(place, '64k')
    execFileSync('umount', [place])
    return true
  } catch {
    return false
  } finally {
    rmSync(place, { recursive: true })
  }
}

/** Opens a folder for this test, on a clock of its own. */
export async function open(
  place: string,
  {
    clock = new TickingClock(),
    onFatal = () => undefined,
  }: { clock?: Clock; onFatal?: (error: Error) => void } = {},
): Promise<Sqlite> {
  const sqlite = await openSqlite({ folder: place, clock, ids, timers: new ImmediateTimers(), onFatal })
  opened.push(sqlite)
  return sqlite
}

export async function append(
  { events }: Sqlite,
  target: StreamName,
  expected: number,
  ...texts: readonly string[]
) {
  const command = { id: ids.next(), actor: 'system:test', journeyId: 'j', fingerprint: 'f' }
  const added = texts.map((text) => ({ type: 'test.Noted.v1', data: { text } }))
  return { command, ...(await events.append(target, expected, command, added)) }
}

export function note(): StreamName {
  return { stream: 'note', id: ids.next() }
}

export function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

/** Node's parameters for a program of this folder, run from source. */
export function program(file: string): readonly string[] {
  return fromSource(join(__dirname, file))
}

/** A program that does not outlive the test. */
export function run(...how: Parameters<typeof runChild>): Child {
  const child = runChild(...how)
  children.push(child)
  return child
}

/** A child that appends to a folder until it is killed (`writing.fixture.ts`). */
export function writing(place: string, environment: Readonly<Record<string, string>> = {}): Child {
  return run(process.execPath, [...program('writing.fixture.ts'), place], environment)
}

/** What a writing child was told is safe. The kill may have cut its last line. */
export function ackedOf(said: readonly string[]) {
  return said.flatMap((line) => {
    const [word, lane = '', streamId = '', commandId = '', version] = line.split(' ')
    return word === 'acked' && version !== undefined
      ? [{ stream: `lane${lane}`, streamId, commandId, events: 2 }]
      : []
  })
}

/** The shim of `test-shim/recorder.c`, built with the compiler that `CC_PATH` names (`scripts/compiler.cjs`). */
export function builtShim(): string {
  const shim = join(folder(), 'recorder.so')
  const source = resolve(__dirname, '../test-shim/recorder.c')
  const flags = ['-shared', '-fPIC', '-O1', '-o', shim, source, '-ldl', '-lpthread']
  execFileSync(process.env.CC_PATH ?? 'cc', flags)
  return shim
}
