// npm start [-- --demo]: installs what is missing, builds what changed, starts every service in one process.
import { build, install, node, root, run } from './prepare.mjs'

await install()
await build()
const child = run(
  node,
  [
    '--disable-proto=delete',
    '--unhandled-rejections=strict',
    'apps/all-in-one/dist/main.js',
    ...process.argv.slice(2),
  ],
  { cwd: root },
)
// The child hears the terminal's signals itself; this process only waits for it to finish its work.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.exit(await child)
