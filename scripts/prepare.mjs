// Runs before anything is installed, on any Node from 20: Node's own modules only.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Node 24, which the dependencies bring. */
export const node = join(root, 'node_modules/node/bin/node')
const stamp = join(root, 'node_modules/.throughline-installed')

/** Runs a program in the project's folder; resolves with its exit code. */
export function run(program, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

/** Installs what package-lock.json names, unless that was done already. */
export async function install() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) fail(`Node ${process.versions.node} is too old to begin with; any Node from 20 will do.`)
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === lock) return
  process.stdout.write('Installing what is missing (once; about a minute) …\n')
  // The npm that started us; npm run puts its path here.
  const npm = process.env.npm_execpath
  const code = npm
    ? await run(process.execPath, [npm, 'ci', '--loglevel=error'])
    : await run('npm', ['ci', '--loglevel=error'])
  if (code !== 0) fail('npm ci failed; its message stands above.')
  if (!existsSync(node))
    fail('The install did not bring Node 24 (package "node"): allow its install script and try again.')
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, lock)
}

/** Compiles what has changed, and builds the pages when they have. */
export async function build() {
  const code = await run(node, ['node_modules/typescript/bin/tsc', '-b'])
  if (code !== 0) fail('The build failed; the errors stand above.')
  // Nx keeps what it built of the same sources and asks nobody outside.
  const pages = await listen(node, ['node_modules/nx/dist/bin/nx.js', 'build', '@throughline/web'], {
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules/.bin'), dirname(node), process.env.PATH].join(delimiter),
      NX_DAEMON: 'false',
      NX_NO_CLOUD: 'true',
    },
  })
  if (pages.code === 0) return
  process.stderr.write(pages.said)
  fail('The pages could not be built; the errors stand above.')
}

/** Runs a program without showing what it says; resolves with its exit code and its words. */
export async function listen(program, parameters, options) {
  let said = ''
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
  return { code, said }
}
