import { readSettings, untilStopped } from '@throughline/platform'
import { startEdge } from '@throughline/platform/edge'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const pages = join(dirname(require.resolve('@throughline/web/package.json')), 'dist')

untilStopped(async () => {
  const edge = await startEdge({
    settings: readSettings(process.env),
    ...(existsSync(join(pages, 'index.html')) && { pages }),
  })
  process.stdout.write(`edge at ${edge.url}\n`)
  return edge
})
