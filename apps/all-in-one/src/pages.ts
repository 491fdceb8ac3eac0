import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Folder of the built pages; undefined before they were ever built, and the API is served without them. */
export function builtPages(): string | undefined {
  const folder = join(dirname(require.resolve('@throughline/web/package.json')), 'dist')
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}
