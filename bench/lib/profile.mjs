// Where the time goes: the profiler of Node's own inspector, started and ended by the parent.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

let session

export async function beginProfile() {
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
}

export async function endProfile({ file }) {
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  writeFileSync(file, JSON.stringify(profile))
  return file
}
