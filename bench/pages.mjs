// How heavy the customer's first page is, and how soon a press shows on it. Run: npm run bench:pages [-- --rounds 20]
// Every figure stands beside a reference measured in the same run: React DOM alone, and a press that only toggles a class.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import { chromium } from 'playwright-core'
import { build, install, node, root } from '../scripts/prepare.mjs'

const require = createRequire(import.meta.url)
const { findChromium } = require('../scripts/chromium.cjs')
const rounds = Number(process.argv[process.argv.indexOf('--rounds') + 1]) || 20
const BUDGET = 150_000

await install()
await build()
const data = await mkdtemp(join(tmpdir(), 'throughline-bench-'))
const server = spawn(node, ['apps/all-in-one/dist/main.js', '--demo'], {
  cwd: root,
  env: { ...process.env, THROUGHLINE_DATA: data, THROUGHLINE_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const url = await listening()
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  await page.goto(url)
  await page.getByRole('button', { name: /^Ana / }).click()
  await page.getByRole('button', { name: 'Fill it in' }).click()
  await page.getByRole('heading', { name: 'Need Help', level: 1 }).waitFor()
  // The page as somebody finds it who comes back, with nothing cached.
  const cold = await page.context().newCDPSession(page)
  await cold.send('Network.clearBrowserCache')
  await page.reload()
  await page
    .getByRole('button', { name: /dishwasher/i })
    .first()
    .waitFor()
  const loaded = await page.evaluate(() => {
    const scripts = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
    const paint = performance.getEntriesByName('first-contentful-paint')[0]
    return {
      scripts: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      files: scripts.length,
      paint: paint?.startTime ?? 0,
    }
  })
  const reactDom = await compressed(
    join(dirname(require.resolve('react-dom/package.json')), 'cjs/react-dom-client.production.js'),
  )
  const presses = await press(page, () =>
    page
      .getByRole('button', { name: /dishwasher/i })
      .first()
      .click(),
  )
  const empty = await press(page, () => page.locator('#bench-empty').click(), true)
  await browser.close()
  report('Scripts of the first page, compressed', `${kilobytes(loaded.scripts)} in ${loaded.files} files`)
  report('  of the budget of 150 kB', ratio(loaded.scripts, BUDGET))
  report('  against react-dom-client alone', `${ratio(loaded.scripts, reactDom)} (${kilobytes(reactDom)})`)
  report('First contentful paint', `${loaded.paint.toFixed(0)} ms`)
  report('A press on a thing until its reasons are painted', `${presses.toFixed(1)} ms (median of ${rounds})`)
  report('  against a press that toggles a class', `${ratio(presses, empty)} (${empty.toFixed(1)} ms)`)
  if (loaded.scripts > BUDGET || presses > 100) process.exitCode = 1
} finally {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
  }
  await rm(data, { recursive: true, force: true })
}

/** Milliseconds from the press to the paint that shows it, by the browser's own event timing; the median. */
async function press(page, act, empty = false) {
  await page.evaluate((bare) => {
    window.__presses = []
    if (bare) {
      const button = document.createElement('button')
      button.id = 'bench-empty'
      button.textContent = 'reference'
      button.addEventListener('click', () => button.classList.toggle('on'))
      document.body.prepend(button)
    }
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries())
        if (name === 'click') window.__presses.push(duration)
    }).observe({ type: 'event', durationThreshold: 16, buffered: false })
  }, empty)
  const seen = []
  for (let round = 0; round < rounds; round++) {
    const before = await page.evaluate(() => performance.now())
    await act()
    const after = await page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))
        }),
    )
    seen.push(after - before)
  }
  // What the browser measured, where it was long enough to be noted; else our own clock, which counts the driver too.
  const noted = await page.evaluate(() => window.__presses)
  const all = (noted.length >= rounds / 2 ? noted : seen).sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)] ?? 0
}

function listening() {
  return new Promise((resolve, reject) => {
    let text = ''
    server.stdout.on('data', (chunk) => {
      text += chunk
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0]
      if (found !== undefined && text.includes('Ctrl-C')) resolve(found)
    })
    server.once('exit', () => reject(new Error('the server ended before it listened')))
  })
}

async function compressed(file) {
  return (await promisify(brotliCompress)(await readFile(file))).length
}

function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`
}

function ratio(value, reference) {
  return `× ${(value / reference).toFixed(2)}`
}

function report(what, figure) {
  process.stdout.write(`${what.padEnd(52)} ${figure}\n`)
}
