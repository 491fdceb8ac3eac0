/** The server refused: its problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly status: number,
    /** Stable, such as `contact.unknown`. */
    readonly code: string,
    title: string,
    readonly field?: string,
    readonly todo?: string,
    /** Seconds, when it asked for patience. */
    readonly retryAfter?: number,
    /** What else the document says, such as the id of the contact that is open already. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(title)
  }
}

/** No answer came: no connection, or nobody there. Whether a command was taken is unknown; the same key asks again. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const seconds = Number.isFinite(retryAfter) ? retryAfter : undefined
  const body = await readJson(response)
  const text = (name: string): string | undefined => {
    const value = body[name]
    return typeof value === 'string' ? value : undefined
  }
  return new Problem(
    response.status,
    text('code') ?? `http.${String(response.status)}`,
    text('title') ?? response.statusText,
    text('field'),
    text('todo'),
    seconds,
    body,
  )
}

async function readJson(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
