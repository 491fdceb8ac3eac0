import { referred } from './async-api.schemas.js'
import type { JsonSchema, Promised } from './async-api.schemas.js'

/** What fields of these names say in an example; others get a word that fits their schema. */
const WORDS: Readonly<Record<string, string>> = {
  name: 'Ana Sousa',
  title: 'Washing machine W500',
  label: 'Does not work',
  detailLabel: 'Water stays inside',
  subject: 'Water stays in the washing machine',
  words: 'Water stays inside after the programme has ended.',
  text: 'The pump runs and the water stays.',
  value: 'It started after the machine was moved on Wednesday.',
  why: 'The step about the filter was missing.',
  summary: 'What to do when water stays in the machine.',
  body: 'Turn the filter to the left and let the water out.',
  reference: 'O-20417',
  state: 'delivered',
  product: 'W500',
  brand: 'halden',
  language: 'en',
  page: '/products/w500',
  taxonomy: 'care',
  externalId: 'shop:4711',
}

/** By pattern, for those that a word of the field's name does not fit; a new pattern needs a line here. */
const MATCHING: readonly string[] = [
  '2026-11-20T09:00:00.000Z',
  'not-working',
  '12.30',
  'EUR',
  '+351210000000',
]

const HEX = 16
const BITS_31 = 0x7fffffff

// The same field has the same id in every example, and another field another.
function idOf(field: string): string {
  let seed = 7
  for (const letter of field) seed = (seed * 31 + letter.charCodeAt(0)) % BITS_31
  const hex = seed.toString(HEX).padStart(8, '0')
  return `0199a5e2-7a40-7c1e-9d3b-5d1f${hex}`
}

/** Data that fits a schema: with every field, or with the required ones alone. */
export function exampleOf(schema: JsonSchema, { parts }: Promised, shape: 'full' | 'least'): unknown {
  const sample = (of: JsonSchema, field: string): unknown => {
    const { $ref, allOf } = of
    if ($ref !== undefined) return sample(parts[referred($ref)] ?? {}, field)
    if (allOf?.[0] !== undefined) return sample(allOf[0], field)
    if (of.enum !== undefined) return of.enum[0]
    switch (of.type) {
      case 'string':
        return text(of, field)
      case 'integer':
      case 'number':
        return Math.max(of.minimum ?? 0, 0)
      case 'boolean':
        return true
      case 'array': {
        const count = shape === 'full' ? Math.max(1, of.minItems ?? 0) : (of.minItems ?? 0)
        return Array.from({ length: count }, () => sample(of.items ?? {}, field.replace(/s$/, '')))
      }
      case 'object':
      case undefined:
      default:
        return Object.fromEntries(
          Object.entries(of.properties ?? {})
            .filter(([name]) => shape === 'full' || of.required?.includes(name) === true)
            .map(([name, part]) => [name, sample(part, name)]),
        )
    }
  }
  return sample(schema, '')
}

function text({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema, field: string): string {
  if (format === 'uuid') return idOf(field)
  if (format === 'email') return 'ana@example.org'
  const word = WORDS[field] ?? (field === '' ? 'words' : field)
  if (pattern !== undefined) {
    const fits = [word, ...MATCHING].find((each) => new RegExp(pattern).test(each))
    if (fits === undefined) throw new Error(`no example for ${field}: ${pattern}`)
    return fits
  }
  return word.slice(0, maxLength).padEnd(minLength, 'x')
}
