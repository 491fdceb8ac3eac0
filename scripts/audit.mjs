// npm run audit [-- --data DIR] [--from POSITION] [--json]: proves every record of a data folder and derives every decision
// in it again. Ends with 0 when all agrees, 1 when something does not, 2 when it could not run.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { install, node, root, run } from './prepare.mjs'

// Whatever ends this before the audit itself has begun, it has found nothing out.
let begun = false
process.on('exit', (code) => {
  if (!begun && code !== 0) process.exitCode = 2
})

const parameters = process.argv.slice(2)
// Folders are named from where the user stands; the program below runs in the project's folder.
const from = process.env.INIT_CWD ?? process.cwd()
const absolute = parameters.map((value, index) =>
  parameters[index - 1] === '--data'
    ? resolve(from, value)
    : value.replace(/^--data=(.+)$/, (_, path) => `--data=${resolve(from, path)}`),
)
const data = process.env.THROUGHLINE_DATA
const environment = { ...process.env, ...(data && { THROUGHLINE_DATA: resolve(root, data) }) }

await install()
// The pages are no part of it.
if ((await run(node, ['node_modules/typescript/bin/tsc', '-b', 'apps/auditor'])) !== 0) {
  process.stderr.write('\nThe build failed; the errors stand above.\n')
  process.exit(2)
}
const audit = spawn(node, ['--disable-proto=delete', 'apps/auditor/dist/main.js', ...absolute], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
})
// Ended from outside, it has found nothing out either.
process.exitCode = await new Promise((ended) => audit.on('exit', (code) => ended(code ?? 2)))
begun = true
