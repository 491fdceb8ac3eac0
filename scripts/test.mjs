// npm test [-- SPEC …], npm run test:long (the full sizes of docs/reliability.md): installs what is missing, builds, then format, lint with boundary rules, types and every test. Says what it ran.
import { createRequire } from 'node:module'
import { find } from './engines/shared.mjs'
import { build, install, listen, node, root, run } from './prepare.mjs'
import { CLUSTER, enginesForTests } from './test-engines.mjs'

const require = createRequire(import.meta.url)
const { findChromium, versionOf, INSTALL } = require('./chromium.cjs')
const compilers = require('./compiler.cjs')

const long = process.argv.includes('--long')
const only = process.argv.slice(2).filter((parameter) => parameter !== '--long')
// The specs of the pages need a browser; without one they are left out by name, and where all must run that is a failure.
const chromium = findChromium()
const chromiumVersion = chromium === undefined ? undefined : versionOf(chromium)
const browserMissing = chromiumVersion === undefined
// The power cuts need a recorder beneath SQLite, which is a page of C.
const compiler = compilers.findCompiler()
const compilerVersion = compiler === undefined ? undefined : compilers.versionOf(compiler)
const compilerMissing = compilerVersion === undefined
// Consumers of events are tried as their users have them: kcat, curl and Python.
const tools = [
  { name: 'kcat', needed: ['kcat'], pattern: '\\.kcat\\.kafka\\.int\\.spec\\.ts$' },
  { name: 'consumers', needed: ['python3', 'curl'], pattern: 'consume\\.e2e\\.spec\\.ts$' },
].map((tool) => ({ ...tool, lacking: tool.needed.filter((program) => find(program) === undefined) }))
const lackingTools = tools.filter(({ lacking }) => lacking.length > 0)
const mustRunAll = process.env.CI !== undefined && !['', '0', 'false'].includes(process.env.CI)
await install()

const environment = {
  ...process.env,
  PATH: `${root}/node_modules/.bin:${root}/node_modules/node/bin:${process.env.PATH}`,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  ...(long && { LONG: '1' }),
  ...(!browserMissing && { CHROMIUM_PATH: chromium }),
  ...(!compilerMissing && { CC_PATH: compiler }),
}
/** Two rows side by side, each in its order: the rules of the boundaries need the graph. */
const steps = [
  [
    [
      'project graph for the boundary rules',
      ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--json'],
    ],
    ['lint and boundary rules', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ],
  [
    ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']],
    ['types, specs included', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.spec.json']],
    ['types of the pages', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'apps/web']],
  ],
]

await build()
const failed = []
const ran = []
async function timed(name, work) {
  const started = process.hrtime.bigint()
  const code = await work()
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n)
  ran.push(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (code !== 0) failed.push(name)
}
const step = (name, parameters, more = {}) => {
  process.stdout.write(`\n── ${name}\n`)
  return timed(name, () => run(node, parameters, { env: { ...environment, ...more } }))
}
/** Says what it has to say when it is done: another runs beside it. */
const stepBeside = (name, parameters) =>
  timed(name, async () => {
    const { code, said } = await listen(node, parameters, { env: environment })
    process.stdout.write(`\n── ${name}\n${code === 0 ? '' : said}`)
    return code
  })
await Promise.all(
  steps.map(async (row) => {
    for (const [name, parameters] of row) await stepBeside(name, parameters)
  }),
)

// Only those that a spec of this run needs; what was started for it ends with it.
const engines = await enginesForTests(only)
const left = [
  ...(browserMissing ? ['\\.page\\.spec\\.ts$'] : []),
  ...(compilerMissing ? ['\\.shim\\.int\\.spec\\.ts$'] : []),
  ...engines.ignored,
  ...lackingTools.map(({ pattern }) => pattern),
]
const jest = (leftOut, more) => [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  // Given here, the list takes the place of the one in jest.config.cjs, so what that leaves out is named again.
  ...(leftOut.length === 0 ? [] : ['--testPathIgnorePatterns', '/node_modules/', '/dist/', ...leftOut]),
  // Ends the list before it, whatever follows.
  '--config=jest.config.cjs',
  ...more,
]
if (only.length > 0) await step('tests', jest(left, only), engines.environment)
else {
  await step('tests', jest([...left, CLUSTER], []), engines.environment)
  // One at a time: a dozen processes and more are running for each.
  if (!left.includes(CLUSTER))
    await step('tests over a cluster', jest(left, ['--runInBand', CLUSTER]), engines.environment)
}
await engines.stop()

// What must be there where all runs, and what was named by an address anywhere.
const gaps = [
  ...(browserMissing && mustRunAll ? ['specs of the pages: no Chromium here, and CI is set'] : []),
  ...(compilerMissing && mustRunAll ? ['power cuts: no C compiler here, and CI is set'] : []),
  ...engines.missing.flatMap(({ engine, why, isUnreachable, isOptional }) =>
    isUnreachable
      ? [`specs of ${engine}: ${why}`]
      : mustRunAll && !isOptional
        ? [`specs of ${engine}: it is not here, and CI is set`]
        : [],
  ),
]
for (const gap of gaps) ran.push(`FAILED ${gap}`)
failed.push(...gaps)

const line = (name, what) => `\n  ${name.padEnd(13)}${what}`
const tested = [
  line('memory', "the ports' reference, in this process"),
  line('sqlite', "node:sqlite of Node 24, files on this machine's disk"),
  ...engines.tested.map(({ engine, what }) => line(engine, what)),
  ...(browserMissing ? [] : [line('chromium', `${chromiumVersion}, ${chromium}`)]),
  ...(compilerMissing ? [] : [line('disk', `recorded beneath SQLite, with ${compilerVersion}`)]),
].join('')
const untested = [
  ...engines.missing.map(({ engine, why }) => line(engine, why)),
  ...(browserMissing ? [line('chromium', `no *.page.spec.ts ran: ${INSTALL}`)] : []),
  ...(compilerMissing ? [line('disk', `no power cut (*.shim.int.spec.ts) ran: ${compilers.INSTALL}`)] : []),
  ...lackingTools.map(({ name, lacking }) => line(name, `not tried: apt-get install ${lacking.join(' ')}`)),
  ...(engines.unasked.length > 0
    ? [line('others', `asked for by no spec of this run: ${engines.unasked.join(', ')}`)]
    : []),
].join('')
process.stdout.write(`
What ran
  ${ran.join('\n  ')}
Engines tested against${tested}
${untested === '' ? '' : `Engines not tested${untested}\n`}`)
process.exit(failed.length === 0 ? 0 : 1)
