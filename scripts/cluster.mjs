// npm run cluster [-- --replicas N]: installs what is missing, builds what changed, starts every service as its own process
// against the engines that the environment names, else those of npm run engines.
import { join } from 'node:path'
import { ENGINES, runningOf } from './engines/machine.mjs'
import { build, install, node, root, run } from './prepare.mjs'

const NEEDED = ['KAFKA_BROKERS', 'REDIS_URL']

const folder = join(root, 'data/engines')
const ours = ENGINES.flatMap((engine) => {
  const note = runningOf(engine, folder)
  return note === undefined ? [] : [[engine.variable, engine.address(note.port)], ...(engine.settings ?? [])]
})
const found = { ...Object.fromEntries(ours), ...process.env }
const stores = { postgres: 'DATABASE_URL', eventstoredb: 'EVENTSTORE_URL' }
const store =
  found.THROUGHLINE_STORE ??
  (found.DATABASE_URL === undefined && found.EVENTSTORE_URL ? 'eventstoredb' : 'postgres')
const missing = [stores[store] ?? 'DATABASE_URL', ...NEEDED].filter((name) => !found[name])
if (missing.length > 0) {
  process.stderr.write(
    `${missing.join(', ')}: missing. Start engines with npm run engines, or name those you have by these variables.\n`,
  )
  process.exit(1)
}
await install()
await build()
const child = run(node, ['apps/cluster/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  env: {
    ...found,
    THROUGHLINE_STORE: store,
  },
})
// The child hears the terminal's signals itself; this process only waits for it to finish its work.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.exit(await child)
