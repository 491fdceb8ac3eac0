// npm run import -- --mapping FILE.yaml FILE.csv: hands a history over to the system that runs on the data folder, and
// starts that system for the time of the import when nothing runs there.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, install, node, root, run } from './prepare.mjs'

const parameters = process.argv.slice(2)
// Files are named from where the user stands; the programs below run in the project's folder.
const from = process.env.INIT_CWD ?? process.cwd()
const absolute = parameters.map((value, index) =>
  /^--(data|mapping)$/.test(parameters[index - 1] ?? '') ||
  (!value.startsWith('--') && parameters[index - 1] !== '--at-once')
    ? resolve(from, value)
    : value,
)
const given = absolute[absolute.indexOf('--data') + 1]
const data = absolute.includes('--data') ? given : resolve(root, process.env.THROUGHLINE_DATA ?? './data')

await install()
await build()

async function answers() {
  const file = join(data, 'running.json')
  if (!existsSync(file)) return false
  try {
    const { url } = JSON.parse(readFileSync(file, 'utf8'))
    return (await fetch(`${url}/health/live`)).ok
  } catch {
    return false
  }
}

let server
if (!(await answers())) {
  const environment = { ...process.env, THROUGHLINE_DATA: data, THROUGHLINE_PORT: '0' }
  server = spawn(
    node,
    ['--disable-proto=delete', '--unhandled-rejections=strict', 'apps/all-in-one/dist/main.js', '--quiet'],
    {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await new Promise((ready, failed) => {
    server.stdout.on('data', (text) => String(text).includes('Throughline runs') && ready())
    server.on('exit', () => failed(new Error('the system could not be started; its message stands above')))
  })
}
const code = await run(node, [
  'apps/importer/dist/main.js',
  ...absolute,
  ...(absolute.includes('--data') ? [] : ['--data', data]),
])
if (server) {
  const gone = new Promise((resolve) => server.removeAllListeners('exit').on('exit', resolve))
  server.kill('SIGTERM')
  await gone
}
process.exitCode = code
