// npm test: installs what is missing, then format, lint with boundary rules, types and every test. Says what it ran.
import { build, install, node, root, run } from './prepare.mjs'

const only = process.argv.slice(2)
await install()

const environment = {
  ...process.env,
  PATH: `${root}/node_modules/.bin:${root}/node_modules/node/bin:${process.env.PATH}`,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
}
const steps = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']],
  ['project graph for the boundary rules', ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--json']],
  ['lint and boundary rules', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ['types, specs included', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.spec.json']],
  ['tests', ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...only]],
]

await build()
const failed = []
const ran = []
for (const [name, parameters] of steps) {
  process.stdout.write(`\n── ${name}\n`)
  const started = process.hrtime.bigint()
  const quiet = name.startsWith('project graph') ? { stdio: ['ignore', 'ignore', 'inherit'] } : {}
  const code = await run(node, parameters, { env: environment, ...quiet })
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n)
  ran.push(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (code !== 0) failed.push(name)
}

process.stdout.write(`
What ran
  ${ran.join('\n  ')}
Engines tested against
  memory    the ports' reference, in this process
  sqlite    node:sqlite of Node 24, files on this machine's disk
Engines not tested, because no adapter exists yet
  kafka, eventstoredb, postgres, redis
`)
process.exit(failed.length === 0 ? 0 : 1)
