// npm run bench [-- --quick] [append http … | engines]: each part of the platform beside a reference, in the same run. On any Node
// from 20; builds the project, and brings what is compared with on first use, which the project itself never needs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { build, install, node, root, run } from '../scripts/prepare.mjs'

const here = join(root, 'bench')
const stamp = join(here, 'node_modules/.installed')

/** References that need a compiler or a download may be missing: their lines then say so, and the others are measured. */
async function installReferences() {
  const lock = createHash('sha256')
    .update(readFileSync(join(here, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  process.stdout.write('Installing what is compared with (once; a minute or two) …\n')
  const npm = process.env.npm_execpath
  const words = ['ci', '--loglevel=error']
  const options = { cwd: here }
  const code = npm ? await run(process.execPath, [npm, ...words], options) : await run('npm', words, options)
  if (code === 0) writeFileSync(stamp, lock)
  // Without their install scripts: the load generator is there at least.
  else if (npm) await run(process.execPath, [npm, ...words, '--ignore-scripts'], options)
  else await run('npm', [...words, '--ignore-scripts'], options)
}

const words = process.argv.slice(2)
await install()
if (!words.includes('--no-build')) await build()
await installReferences()
// A known flaw of kafkajs on newer Node, without effect.
const flags = ['--disable-warning=TimeoutNegativeWarning']
const rest = words.filter((word) => word !== '--no-build')
process.exit(await run(node, [...flags, join(here, 'main.mjs'), ...rest]))
