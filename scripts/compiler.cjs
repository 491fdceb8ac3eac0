// Finds the C compiler that the power-cut tests build their recorder with. Node's own modules only, as in chromium.cjs.
const { execFileSync } = require('node:child_process')
const { accessSync, constants, statSync } = require('node:fs')
const { delimiter, join } = require('node:path')

const NAMES = ['cc', 'gcc', 'clang']
const FOLDERS = ['/usr/bin', '/usr/local/bin']

function runs(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Path of a C compiler: CC_PATH, else what PATH or the usual places hold; undefined when there is none, and on systems
 * other than Linux, where the recorder cannot be loaded.
 */
function findCompiler(environment = process.env, platform = process.platform) {
  if (platform !== 'linux') return undefined
  const named = environment.CC_PATH
  if (named !== undefined && named !== '') return runs(named) ? named : undefined
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...folders, ...FOLDERS].flatMap((folder) => NAMES.map((name) => join(folder, name))).find(runs)
}

/** First line of what a compiler says of itself; undefined when it does not start. */
function versionOf(path) {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      .trim()
  } catch {
    return undefined
  }
}

module.exports = { findCompiler, versionOf, INSTALL: 'apt-get install gcc libc6-dev, or set CC_PATH' }
