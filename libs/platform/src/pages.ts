import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Randomness } from '@throughline/kernel'

/** Trusted Types policies that the pages may make, such as `markdown 'allow-duplicates'`; `'none'` allows none. */
const TRUSTED_TYPES = "'none'"

/** Stands in built pages wherever a nonce belongs; the build writes it. */
const PLACEHOLDER = '__NONCE__'
const NONCE_BYTES = 18
const INDEX = 'index.html'

/** Paths of the API and of those who watch the process; no page is ever at one of them. */
const NO_PAGE = /^\/(api|health|metrics)(\/|$)/
/** What pages of other sites may load. */
const OPEN = /^\/(assets\/|widget\.js$)/
/** Compressed by the build, beside its original. */
const TWIN = /\.(br|gz)$/

/**
 * Serves a folder of built pages at `/`. Whoever opens a path that is no file gets `index.html`, whose script knows what
 * stands there.
 * @throws Error when the folder holds no `index.html`
 */
export async function servePages(
  app: NestFastifyApplication,
  folder: string,
  randomness: Randomness,
): Promise<void> {
  const root = resolve(folder)
  const built = await Built.open(root)
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance()
  // A context of its own: the API's documentation serves files as well, by the same reply methods.
  await fastify.register(async (pages) => {
    await pages.register(fastifyStatic, {
      root,
      serve: false,
      preCompressed: true,
      cacheControl: false,
      index: false,
      // Said of what was found: a 404 that is kept for a year would outlive its cause.
      setHeaders: (reply, path) => {
        describe(reply, `/${nameIn(root, path)}`)
      },
    })
    pages.get('/*', async (request: FastifyRequest<{ Params: { '*': string } }>, reply) => {
      const path = `/${request.params['*']}`
      if (NO_PAGE.test(path)) return notFound(reply)
      const file = path === '/' ? INDEX : path.slice(1)
      if (!file.endsWith('.html') && (await built.has(file))) return reply.sendFile(file)
      const page = file.endsWith('.html') && (await built.has(file)) ? file : INDEX
      if (page === INDEX && !isNavigation(request, path)) return notFound(reply)
      return sendPage(reply, await readFile(join(root, page), 'utf8'), randomness)
    })
  })
}

/** The names of what was built. Nothing else of the disk can be asked for, whatever a path says. */
class Built {
  #files: ReadonlySet<string> = new Set()
  #builtAt = Number.NaN

  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<Built> {
    const built = new Built(folder)
    if (!(await built.has(INDEX))) throw new Error(`no pages in ${folder}: build them first`)
    return built
  }

  async has(file: string): Promise<boolean> {
    if (this.#files.has(file)) return true
    await this.#look()
    return this.#files.has(file)
  }

  // Built anew while this process runs, the pages have other names; halfway through there is no index.
  async #look(): Promise<void> {
    const builtAt = await stat(join(this.folder, INDEX)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (builtAt === undefined || builtAt === this.#builtAt) return
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => nameIn(this.folder, join(entry.parentPath, entry.name)))
    // Compressed twins are sent in place of their originals; what begins with a dot is the build's own.
    this.#files = new Set(files.filter((name) => !/(^|\/)\./.test(name) && !TWIN.test(name)))
    this.#builtAt = builtAt
  }
}

function nameIn(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

function isNavigation({ headers }: FastifyRequest, path: string): boolean {
  if (path === '/' || path === `/${INDEX}`) return true
  return !path.startsWith('/assets/') && headers.accept?.includes('text/html') === true
}

function describe(reply: FastifyReply, path: string): void {
  // Names under /assets hold a digest of their content.
  const kept = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  void reply.header('Cache-Control', kept)
  // A compressed twin goes out under its original's name.
  if (!OPEN.test(path.replace(TWIN, ''))) return
  void reply.header('Cross-Origin-Resource-Policy', 'cross-origin').header('Access-Control-Allow-Origin', '*')
}

function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

function sendPage(reply: FastifyReply, html: string, randomness: Randomness): FastifyReply {
  const nonce = Buffer.from(randomness.bytes(NONCE_BYTES)).toString('base64')
  return reply
    .header('Content-Security-Policy', policy(nonce))
    .header('Permissions-Policy', PERMISSIONS)
    .header('Cache-Control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html.replaceAll(PLACEHOLDER, nonce))
}

const PERMISSIONS = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ')

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES}`,
  ].join('; ')
}
