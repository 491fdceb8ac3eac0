// Every service in one process on SQLite, as apps/all-in-one starts it, with customers that have signed in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inside, require } from '../lib/paths.mjs'
import { serve } from '../lib/child.mjs'
import { post, signIn } from '../lib/people.mjs'
import { beginProfile, endProfile } from '../lib/profile.mjs'

const { MemoryCourier, readSettings, start } = require('@throughline/platform')
const { services } = inside('apps/all-in-one/dist/services.js')
const data = process.env.BENCH_DATA ?? mkdtempSync(join(tmpdir(), 'throughline-bench-'))
const customers = Number(process.env.BENCH_CUSTOMERS ?? 0)
const courier = new MemoryCourier()
const host = await start({
  services,
  settings: { ...readSettings({}), data, port: 0, rate: 1_000_000 },
  courier,
})

const lettersTo = (email) => courier.sent.filter(({ to }) => to.address === email).map(({ text }) => text)
const signedIn = (email) => signIn(host.url, email, lettersTo)

const tokens = []
while (tokens.length < customers) tokens.push(await signedIn(`customer-${tokens.length}@bench.example`))

/** A member of staff who may see every journey, taken on by the administrator of a new store. */
async function analyst() {
  // On a log that has no views yet, the administrator is appointed when they stand.
  while ((await host.views.count('identity.staff@1', 'all')) === 0) await sleep(20)
  const administrator = await signedIn('admin@throughline.localhost')
  const email = 'analyst@bench.example'
  await post(host.url, '/api/v1/identity/staff', { email, name: 'Ivo', roles: ['analyst'] }, administrator)
  return signedIn(email)
}

serve(
  { url: host.url, tokens, ...(process.env.BENCH_ANALYST && { analyst: await analyst() }) },
  {
    head: () => host.events.head(),
    settle: () => host.readers.settle(() => sleep(5)),
    busy: () => performance.eventLoopUtilization().active,
    memory: () => process.memoryUsage(),
    beginProfile,
    endProfile,
  },
  async () => {
    await host.stop()
    if (process.env.BENCH_DATA === undefined) rmSync(data, { recursive: true, force: true })
  },
)
