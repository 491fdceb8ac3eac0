import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Upstreams } from './upstreams.js'

const PATIENCE = 3_000

interface Document {
  readonly paths?: Readonly<Record<string, object>>
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What every service says of its readers, as one answer: the head is that of the log, positions are the lowest of any replica. */
export async function together(
  upstreams: Upstreams,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { authorization } = request.headers
  const answers = await Promise.all(
    upstreams.services.map(async (service) => ({
      service,
      answer: await ask(upstreams, service, request.url, authorization),
    })),
  )
  const refused = answers.find(({ answer }) => answer !== undefined && answer.status !== 200)?.answer
  if (refused !== undefined) {
    return reply.status(refused.status).header('Content-Type', 'application/problem+json').send(refused.body)
  }
  let head = 0
  const readers: Record<string, unknown> = {}
  const failing: unknown[] = []
  const damage: unknown[] = []
  for (const { service, answer } of answers) {
    if (answer === undefined) {
      failing.push(`${service} does not answer`)
      continue
    }
    const report = JSON.parse(answer.body) as Report
    head = Math.max(head, report.head)
    Object.assign(readers, report.readers)
    failing.push(...report.failing)
    damage.push(...report.damage)
  }
  return { head, readers, failing: [...new Set(failing)], damage: [...new Set(damage)] }
}

interface Report {
  readonly head: number
  readonly readers: Readonly<Record<string, number>>
  readonly failing: readonly string[]
  readonly damage: readonly string[]
}

/** The interface of all services as one OpenAPI document; one that does not answer is missing from it. */
export async function wholeApi(upstreams: Upstreams): Promise<object> {
  const documents = await Promise.all(
    upstreams.services.map(async (service): Promise<Document> => {
      const answer = await ask(upstreams, service, '/api/docs-json')
      return answer?.status === 200 ? (JSON.parse(answer.body) as Document) : {}
    }),
  )
  const components: Record<string, Record<string, unknown>> = {}
  for (const document of documents) {
    for (const [kind, definitions] of Object.entries(document.components ?? {})) {
      components[kind] = { ...components[kind], ...definitions }
    }
  }
  const paths = Object.assign({}, ...documents.map(({ paths = {} }) => paths)) as object
  return { ...documents[0], paths, components }
}

async function ask(
  upstreams: Upstreams,
  service: string,
  path: string,
  authorization?: string,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  for (const address of upstreams.of(service)) {
    try {
      const response = await fetch(`${address}${path}`, {
        headers: authorization === undefined ? {} : { authorization },
        signal: AbortSignal.timeout(PATIENCE),
      })
      return { status: response.status, body: await response.text() }
    } catch {
      upstreams.shun(address)
    }
  }
  return undefined
}
