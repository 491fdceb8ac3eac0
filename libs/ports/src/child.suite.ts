import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A program that a spec runs beside itself. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** Its lines so far, of both streams. A kill may have cut the last one. */
  readonly said: readonly string[]
  /** Resolves when it has said so many lines; rejects when it ends before. */
  saying(lines: number): Promise<void>
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Node's parameters for a program run from source. */
export function fromSource(file: string): readonly string[] {
  const source = join(__dirname, '../../../tools/from-source.mjs')
  return ['--conditions=@throughline/source', '--no-warnings', '--import', source, file]
}

export function runChild(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(command, parameters, { env: { ...process.env, ...environment } })
  const said: string[] = []
  const listeners = new Set<() => void>()
  const hear = (line: string): void => {
    said.push(line)
    for (const listener of listeners) listener()
  }
  createInterface(child.stdout).on('line', hear)
  createInterface(child.stderr).on('line', hear)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const saying = (lines: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.length >= lines) resolve()
      }
      listeners.add(look)
      void ended.then(() => {
        reject(new Error(`the child ended after: ${said.join(' | ')}`))
      })
      look()
    })
  return { process: child, said, saying, ended }
}
