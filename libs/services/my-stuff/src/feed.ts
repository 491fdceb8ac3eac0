import { Code, CODE, INSTANT, ITEM_KINDS, OneOf, Optional, Text } from '@throughline/contracts'
import type { ItemKind } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { z } from 'zod'

/** Longest line, in bytes. */
export const LONGEST_LINE = 64 * 1024
/** Most lines of one call. */
export const MOST_LINES = 100_000

/** A customer by the id of the system she comes from. */
export class FeedCustomer {
  @Code() readonly source!: string
  @Text(100, 1) readonly externalId!: string
}

/** Another thing of the same customer, by its number. */
export class FeedThing {
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  /** The system it came from; absent: the same as this line's. */
  @Optional() @Code() readonly source?: string
  @Text(100, 1) readonly reference!: string
}

const text = (most: number, least = 0) => z.string().min(least).max(most)
const code = z.string().regex(CODE)
const moment = z.string().regex(INSTANT)
const kind = z.enum(ITEM_KINDS)

/** One line of the feed. Compiled, because decorators walked for each of 100,000 lines would take half a minute. */
const feedLine = z.strictObject({
  op: z.enum(['add', 'progress', 'withdraw']).optional(),
  customer: z.strictObject({ source: code, externalId: text(100, 1) }).optional(),
  customerId: z.uuid().optional(),
  kind,
  source: code,
  reference: text(100, 1),
  title: text(200, 1).optional(),
  detail: text(1000).optional(),
  state: text(100, 1).optional(),
  note: text(1000).optional(),
  why: text(200, 1).optional(),
  date: moment.optional(),
  startsAt: moment.optional(),
  endsAt: moment.optional(),
  price: z
    .strictObject({
      amount: z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/),
      currency: z.string().regex(/^[A-Z]{3}$/),
    })
    .optional(),
  product: text(100).optional(),
  brand: text(60).optional(),
  template: text(100).optional(),
  about: z.strictObject({ kind, source: code.optional(), reference: text(100, 1) }).optional(),
  /** When it happened. Two lines alike in everything are one line; this tells them apart. */
  at: moment.optional(),
})

/** What a line tells. Which fields an operation needs is checked by {@link readLine}. */
export type FeedLine = Readonly<z.infer<typeof feedLine>>

/** @throws Refused `line.unreadable`, `line.invalid` */
export function readLine(json: string): FeedLine {
  const read = feedLine.safeParse(parse(json))
  if (!read.success) throw invalid(describe(read.error))
  const line = read.data
  const op = line.op ?? 'add'
  if (op === 'add' && line.customer === undefined && line.customerId === undefined) {
    throw invalid('customer is missing: give customer {source, externalId} or customerId')
  }
  if (op === 'add' && line.title === undefined) throw invalid('title is missing')
  if (op === 'progress' && line.state === undefined) throw invalid('state is missing')
  if (op === 'withdraw' && line.why === undefined) throw invalid('why is missing')
  return line
}

function parse(text: string): object {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Refused('invalid', 'line.unreadable', 'This line is no JSON.')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refused('invalid', 'line.unreadable', 'This line is no JSON object.')
  }
  return parsed
}

function describe({ issues: [first] }: z.ZodError): string {
  if (first === undefined) return 'This line is not as it should be'
  return `${first.path.length === 0 ? 'The line' : first.path.join('.')}: ${first.message}`
}

function invalid(message: string): Refused {
  return new Refused('invalid', 'line.invalid', `${message}.`)
}

export interface NumberedLine {
  /** Counted from 1, empty lines included. */
  readonly number: number
  /** Undefined for a line that is too long or no UTF-8. */
  readonly text: string | undefined
}

/**
 * Cuts a body into lines and holds at most one line in memory. (`readline` would hold a line of any length before
 * anybody could refuse it.) Empty lines are counted and left out.
 */
export async function* linesOf(body: AsyncIterable<unknown>): AsyncGenerator<NumberedLine> {
  let number = 1
  let parts: Buffer[] = []
  let size = 0
  const take = (): NumberedLine | undefined => {
    const line =
      size > LONGEST_LINE ? { number, text: undefined } : { number, text: decode(Buffer.concat(parts)) }
    number++
    parts = []
    size = 0
    return line.text?.trim() === '' ? undefined : line
  }
  for await (const piece of body) {
    const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end))
      start = end + 1
      const line = take()
      if (line) yield line
    }
    add(chunk.subarray(start))
  }
  const last = size > 0 ? take() : undefined
  if (last) yield last

  function add(part: Buffer): void {
    size += part.length
    if (size > LONGEST_LINE) parts = []
    else if (part.length > 0) parts.push(part)
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
