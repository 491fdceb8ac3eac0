// Finds the browser that the specs of the pages use. Node's own modules only: it runs before anything is installed.
const { execFileSync } = require('node:child_process')
const { accessSync, constants, statSync } = require('node:fs')
const { delimiter, join } = require('node:path')

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome']
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

function runs(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Path of a Chromium: CHROMIUM_PATH, else what PATH or the usual places hold; undefined when there is none. */
function findChromium(environment = process.env) {
  const named = environment.CHROMIUM_PATH
  if (named !== undefined && named !== '') return runs(named) ? named : undefined
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const tried = [...folders, ...FOLDERS].flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...tried, ...APPLICATIONS].find(runs)
}

/** What a Chromium says of itself, like `156.0.8078.79`; undefined when it does not start. */
function versionOf(path) {
  try {
    const said = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return /\d+(\.\d+)+/.exec(said)?.[0]
  } catch {
    return undefined
  }
}

module.exports = { findChromium, versionOf, INSTALL: 'apt-get install chromium, or set CHROMIUM_PATH' }
