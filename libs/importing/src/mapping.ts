import { CHANNELS, FEELINGS, ITEM_KINDS, OUTCOMES } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { parse } from 'yaml'
import { z } from 'zod'

/** Text made of columns: `{product}, {issue}`. A column that is empty leaves nothing; unknown columns are refused. */
const template = z.string().min(1)

/** A column whose values are translated; `else` stands for every value not named. Values compare without case. */
const choice = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z.strictObject({
    column: z.string().min(1),
    map: z.record(z.string(), z.enum(values)),
    else: z.enum(values).optional(),
  })

const CONTACT_OUTCOMES = ['resolved', 'promised', 'open', 'referred', 'no-answer-possible'] as const

const schema = z.strictObject({
  /** Name of the system the history comes from; part of every id, so it must never change. */
  source: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is a short code: lower case, digits, dashes'),
  /** What makes a row the same row in the next export. */
  id: template,
  dates: z.strictObject({
    /** IANA zone of times written without one. */
    zone: z.string().default('UTC'),
    /** Luxon formats, tried in this order before ISO 8601 and RFC 2822. */
    formats: z.array(z.string()).default([]),
  }),
  customer: z.strictObject({
    /** The customer's id in the old system. Without one each row is a customer of its own. */
    id: template.optional(),
    name: template.optional(),
    email: template.optional(),
    phone: template.optional(),
    segment: template.optional(),
    language: template.optional(),
  }),
  /** When the contact began. */
  at: z.strictObject({ column: z.string().min(1) }),
  /** When it ended; as it began where there is none. */
  endedAt: z.strictObject({ column: z.string().min(1) }).optional(),
  channel: choice(CHANNELS),
  item: z
    .strictObject({
      kind: z.enum(ITEM_KINDS),
      title: template,
      reference: template.optional(),
      product: template.optional(),
    })
    .optional(),
  reason: z.strictObject({ label: template, detail: template.optional() }).optional(),
  /** What the customer said. */
  words: template.optional(),
  /** What she was answered. */
  answer: template.optional(),
  summary: z.strictObject({
    subject: template,
    words: template,
    outcome: choice(CONTACT_OUTCOMES),
  }),
  feedback: z
    .strictObject({
      outcome: choice(OUTCOMES).optional(),
      feeling: choice(FEELINGS).optional(),
      comment: template.optional(),
    })
    .optional(),
})

/** How the columns of an export become journeys, contacts, cases and feedback. docs/guides/import.md explains each part. */
export type Mapping = z.infer<typeof schema>

/** @throws Refused `import.mapping` naming the place and what is wrong there */
export function readMapping(yaml: string): Mapping {
  let document: unknown
  try {
    document = parse(yaml)
  } catch (error) {
    throw wrong('', error instanceof Error ? error.message : 'is no YAML')
  }
  const read = schema.safeParse(document)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw wrong(issue?.path.join('.') ?? '', issue?.message ?? 'is not as it should be')
}

/** Every column a mapping names. */
export function columnsOf(mapping: Mapping): ReadonlySet<string> {
  const columns = new Set<string>()
  const look = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (key === 'column') columns.add(value)
      else for (const [, column] of value.matchAll(PLACE)) if (column !== undefined) columns.add(column)
    } else if (typeof value === 'object' && value !== null && key !== 'map' && key !== 'dates') {
      for (const [name, part] of Object.entries(value)) look(part, name)
    }
  }
  look(mapping, '')
  return columns
}

const PLACE = /\{([^{}]+)\}/g

/** Fills a template; undefined when every column in it is empty, so that nothing is made of nothing. */
export function fill(text: string | undefined, row: Readonly<Record<string, string>>): string | undefined {
  if (text === undefined) return undefined
  let found = !PLACE.test(text)
  PLACE.lastIndex = 0
  const filled = text.replaceAll(PLACE, (_, column: string) => {
    const value = (row[column] ?? '').trim()
    if (value !== '') found = true
    return value
  })
  return found ? filled.trim() : undefined
}

function wrong(field: string, message: string): Refused {
  return new Refused(
    'invalid',
    'import.mapping',
    `The mapping is wrong${field === '' ? '' : ` at ${field}`}: ${message}`,
    {
      field,
    },
  )
}
