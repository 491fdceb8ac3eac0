import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asSystem, Client } from './client.js'

/** Where the process that holds a data folder listens. */
export interface RunningProcess {
  readonly url: string
  readonly pid: number
}

/** File of the data folder in which a running process says where it listens. */
export const RUNNING = 'running.json'

/** The process that runs on a data folder; undefined when none answers. */
export async function runningOn(data: string): Promise<RunningProcess | undefined> {
  try {
    const running = JSON.parse(await readFile(join(data, RUNNING), 'utf8')) as RunningProcess
    const answer = await fetch(`${running.url}/health/live`)
    return answer.ok ? running : undefined
  } catch {
    // No file, or a file of a process that was killed: nobody runs there.
    return undefined
  }
}

/** A client with the rights of this machine's own tools, by the secret only the data folder's owner can read. */
export async function operatorOf(data: string, url: string): Promise<Client> {
  const secret = await readFile(join(data, 'secrets', 'operator.secret'), 'utf8')
  return new Client(url, asSystem(url, 'operator', secret), sleep)
}
