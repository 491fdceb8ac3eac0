import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'
import type { Host, HostOptions } from './index.js'

const settings = {
  ...readSettings({}),
  store: 'memory',
  port: 0,
  log: 'error',
  logFormat: 'text',
  rate: 1_000_000,
} as const
const open = (options: Partial<HostOptions> = {}): Promise<Host> =>
  start({
    services: [],
    settings,
    clock: new ManualClock(),
    timers: new ManualTimers(),
    courier: new MemoryCourier(),
    ...options,
  })

const INDEX =
  '<!doctype html><title>Need Help</title><style nonce="__NONCE__"></style><div nonce="__NONCE__">'
const SCRIPT = 'export const page = 1'
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the pages', () => {
  let folder: string
  let host: Host

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-pages-'))
    await mkdir(join(folder, 'assets'))
    await mkdir(join(folder, 'samples'))
    await mkdir(join(folder, '.build'))
    await writeFile(join(folder, 'index.html'), INDEX)
    await writeFile(join(folder, 'index.html.br'), brotliCompressSync('not this'))
    await writeFile(join(folder, 'samples/shop.html'), '<style nonce="__NONCE__">')
    await writeFile(join(folder, 'assets/page-4f3a.js'), SCRIPT)
    await writeFile(join(folder, 'assets/page-4f3a.js.br'), brotliCompressSync(SCRIPT))
    await writeFile(join(folder, 'widget.js'), SCRIPT)
    await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(join(folder, '.build/manifest.json'), '{}')
    await writeFile(join(folder, '.secret'), 'x')
    host = await open({ pages: folder })
  })
  afterAll(async () => {
    await host.stop()
    await rm(folder, { recursive: true })
  })

  const get = (url: string, headers: Readonly<Record<string, string>> = {}, of = host) =>
    of.app.inject({ method: 'GET', url, headers })
  const nonceOf = (policy: unknown): string => /'nonce-([^']+)'/.exec(String(policy))?.[1] ?? 'none'

  it.each(['/', '/index.html', '/desk', '/help/cases/4127', '/desk?q=a%20b', '/healthy'])(
    'are all one, opened at %s, and never kept',
    async (path) => {
      const answer = await get(path, HTML)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(answer.headers['permissions-policy']).toContain('camera=()')
      expect(answer.body).toContain('<title>Need Help</title>')
    },
  )

  it('run no script and no style that is not theirs (S14)', async () => {
    const answer = await get('/', HTML)
    const nonce = nonceOf(answer.headers['content-security-policy'])
    expect(nonce).toMatch(/^[\w+/]{24}$/)
    expect(answer.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; " +
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    expect(answer.body).toBe(INDEX.replaceAll('__NONCE__', nonce))
    expect(nonceOf((await get('/', HTML)).headers['content-security-policy'])).not.toBe(nonce)
  })

  it('of other names are themselves, under the same rules', async () => {
    const answer = await get('/samples/shop.html')
    const nonce = nonceOf(answer.headers['content-security-policy'])
    expect(answer.body).toBe(`<style nonce="${nonce}">`)
  })

  it('send what never changes compressed, to be kept for ever, also by other sites', async () => {
    const small = await get('/assets/page-4f3a.js', { 'accept-encoding': 'gzip, br' })
    expect(small.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('javascript') as string,
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      vary: expect.stringMatching(/accept-encoding/i) as string,
    })
    expect(brotliDecompressSync(small.rawPayload).toString()).toBe(SCRIPT)
    const plain = await get('/assets/page-4f3a.js')
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.body).toBe(SCRIPT)
    const head = await host.app.inject({ method: 'HEAD', url: '/assets/page-4f3a.js' })
    expect(head).toMatchObject({ statusCode: 200, body: '' })
  })

  it('open the widget to other sites and nothing else, and have files without a digest asked for anew', async () => {
    expect((await get('/widget.js')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    })
    const icon = await get('/favicon.svg')
    expect(icon.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'image/svg+xml',
      'cross-origin-resource-policy': 'same-origin',
      etag: expect.any(String) as string,
    })
    expect(icon.headers['access-control-allow-origin']).toBeUndefined()
    const again = await get('/favicon.svg', { 'if-none-match': String(icon.headers.etag) })
    expect(again.statusCode).toBe(304)
  })

  it.each([
    ['a missing asset', '/assets/gone-1.js', HTML],
    ['a file that is not there', '/logo.png', { accept: 'image/*' }],
    ['a path of pages, asked for by a program', '/desk', { accept: '*/*' }],
    ['the API', '/api/v1/nothing', HTML],
    ['the API itself', '/api', HTML],
    ['what stands beside health', '/health/nothing', HTML],
    ['what the build keeps for itself', '/.build/manifest.json', {}],
    ['a hidden file', '/.secret', {}],
    ['a twin', '/assets/page-4f3a.js.br', {}],
    ['a folder', '/assets', {}],
    ['what lies outside', '/assets/../../../../etc/passwd', {}],
    ['what lies outside, written differently', '/assets/..%2f..%2f..%2f..%2fetc%2fpasswd', {}],
    ['what lies outside, from the root', '/%2fetc%2fpasswd', {}],
  ])('are not %s: %s', async (_, path, headers) => {
    const answer = await get(path, headers)
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ status: 404, code: 'request.unknown-path' })
    expect(answer.headers['cache-control']).toBeUndefined()
  })

  it('take nothing: other methods are refused as anywhere', async () => {
    const answer = await host.app.inject({ method: 'POST', url: '/desk', headers: HTML })
    expect(answer.statusCode).toBe(404)
  })

  it('leave the documentation of the API its own rules', async () => {
    const answer = await get('/api/docs', HTML)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('swagger')
    expect(answer.headers['content-security-policy']).toContain("style-src 'self' 'unsafe-inline'")
    expect((await get('/api/docs/swagger-ui.css')).statusCode).toBe(200)
  })

  it('are counted under names that do not grow with what people look for', async () => {
    await get('/help/cases/a-name-nobody-should-see', HTML)
    await get('/assets/never-there.js')
    const { body } = await get('/metrics')
    expect(body).toContain('route="/*"')
    expect(body).not.toMatch(/nobody-should-see|never-there|page-4f3a/)
  })

  it('are not counted against the requests an address may make, nor stopped with them', async () => {
    const narrow = await open({ pages: folder, settings: { ...settings, rate: 1 } })
    try {
      // A hundred times as many from this machine.
      for (let at = 0; at < 101; at++) await get('/health/live', {}, narrow)
      expect((await get('/health/live', {}, narrow)).statusCode).toBe(429)
      expect((await get('/', HTML, narrow)).statusCode).toBe(200)
      expect((await get('/assets/page-4f3a.js', {}, narrow)).statusCode).toBe(200)
    } finally {
      await narrow.stop()
    }
  })

  it('may be built anew while they are served', async () => {
    await writeFile(join(folder, 'assets/page-5b1c.js'), SCRIPT)
    expect((await get('/assets/page-5b1c.js')).statusCode).toBe(404)
    await utimes(join(folder, 'index.html'), 1, 1)
    expect((await get('/assets/page-5b1c.js')).statusCode).toBe(200)
    await rm(join(folder, 'assets/page-5b1c.js'))
    const gone = await get('/assets/page-5b1c.js')
    expect(gone.statusCode).toBe(404)
    expect(gone.headers['cache-control']).toBeUndefined()
  })

  it('that were never built stop the start', async () => {
    await expect(open({ pages: join(folder, 'assets') })).rejects.toThrow('build them first')
  })

  it('are not there where none are given', async () => {
    const without = await open()
    try {
      expect((await get('/', HTML, without)).statusCode).toBe(404)
    } finally {
      await without.stop()
    }
  })
})
