import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = dirname(dirname(fileURLToPath(import.meta.url)))
export const root = dirname(here)

/** The built packages are CommonJS. */
export const require = createRequire(import.meta.url)

/** What a package keeps to itself, and a benchmark measures on its own. */
export const inside = (path) => require(join(root, path))
