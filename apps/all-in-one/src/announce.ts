import { RUNNING } from '@throughline/client'
import type { Host, Settings } from '@throughline/platform'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Says in the data folder where this process listens, for the tools of the same machine; returns how to take it back. */
export async function announce(host: Host, settings: Settings): Promise<() => Promise<void>> {
  if (settings.store === 'memory') return () => Promise.resolve()
  await mkdir(settings.data, { recursive: true, mode: 0o700 })
  const file = join(settings.data, RUNNING)
  await writeFile(file, JSON.stringify({ url: host.url, pid: process.pid }))
  return () => rm(file, { force: true })
}
