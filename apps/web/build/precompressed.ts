import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const SMALLEST = 1_024

/** Writes `.br` and `.gz` beside every text of the build, or those of `names`, so that the server only picks. */
export function precompressed(names = /\.(js|css|svg|json)$/): Plugin {
  return {
    name: 'throughline:precompressed',
    apply: 'build',
    writeBundle: async ({ dir }) => {
      if (dir === undefined) return
      for (const file of await readdir(dir, { recursive: true })) {
        if (!names.test(file)) continue
        const path = join(dir, file)
        const bytes = await readFile(path)
        if (bytes.length < SMALLEST) continue
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
        await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, quality))
        await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }))
      }
    },
  }
}
