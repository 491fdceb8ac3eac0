import { incompatibilities } from './async-api.compatible.js'
import type { Release } from './async-api.compatible.js'
import type { JsonSchema } from './async-api.schemas.js'
import { releaseOf } from './async-api.table.js'
import { Schemas } from './schemas.js'

const opened = {
  type: 'object',
  properties: {
    caseId: { type: 'string', format: 'uuid' },
    words: { type: 'string', maxLength: 4000, 'x-personal': true },
    channel: { type: 'string', enum: ['chat', 'phone'] },
    item: { $ref: '#/components/schemas/Item' },
    causes: { type: 'array', maxItems: 10, items: { $ref: '#/components/schemas/Item' } },
    level: { type: 'integer', minimum: 0, maximum: 5 },
  },
  required: ['caseId', 'item', 'words'],
} satisfies JsonSchema
const item = {
  type: 'object',
  properties: { title: { type: 'string', maxLength: 200 }, brand: { type: 'string' } },
  required: ['title'],
} satisfies JsonSchema

const OPENED = 'throughline.CaseOpened.v1'
const withEvent = (
  schema: JsonSchema,
  parts: Readonly<Record<string, JsonSchema>> = { Item: item },
): Release => ({
  release: '1',
  events: { [OPENED]: { topic: 'throughline.journeys', schema } },
  parts,
})
const before = withEvent(opened)
const field = (name: string, schema: JsonSchema): Release =>
  withEvent({ ...opened, properties: { ...opened.properties, [name]: schema } })
const without = (name: string): Release => {
  const { [name]: _, ...properties }: Record<string, JsonSchema> = opened.properties
  return withEvent({ ...opened, properties, required: opened.required.filter((each) => each !== name) })
}
const part = (schema: JsonSchema): Release => withEvent(opened, { Item: schema })

describe('what consumers of an earlier release can still read', () => {
  it.each<[string, Release]>([
    ['nothing new', before],
    [
      'a new event',
      { ...before, events: { ...before.events, 'throughline.CaseSplit.v1': { topic: 'x', schema: opened } } },
    ],
    ['a new optional field', field('colour', { type: 'string' })],
    [
      'a new optional field of a part',
      part({ ...item, properties: { ...item.properties, size: { type: 'string' } } }),
    ],
    ['a field that becomes personal', field('level', { ...opened.properties.level, 'x-personal': true })],
    ['a description', field('level', { ...opened.properties.level, description: 'Of urgency' })],
  ])('is anything with %s', (_, now) => {
    expect(incompatibilities(before, now)).toEqual([])
  })

  it.each<[string, Release, RegExp]>([
    ['an event is gone', { ...before, events: {} }, /CaseOpened\.v1 is gone/],
    [
      'an event is on another topic',
      { ...before, events: { [OPENED]: { topic: 'throughline.workforce', schema: opened } } },
      /was on throughline\.journeys and is on throughline\.workforce/,
    ],
    ['a required field is gone', without('words'), /words is gone/],
    ['an optional field is gone', without('level'), /level is gone/],
    [
      'a required field is new',
      withEvent({
        ...opened,
        properties: { ...opened.properties, team: { type: 'string' } },
        required: [...opened.required, 'team'],
      }),
      /team is new and required/,
    ],
    [
      'an optional field is required now',
      withEvent({ ...opened, required: [...opened.required, 'level'] }),
      /level is required now/,
    ],
    [
      'a required field is optional now',
      withEvent({ ...opened, required: ['caseId', 'item'] }),
      /words is required no more/,
    ],
    ['a type is another', field('level', { type: 'string' }), /level: type was "integer" and is "string"/],
    [
      'an integer may have decimals',
      field('level', { ...opened.properties.level, type: 'number' }),
      /level: type/,
    ],
    ['a list has lost a value', field('channel', { type: 'string', enum: ['chat'] }), /"phone" is gone/],
    [
      'a list has a new value',
      field('channel', { type: 'string', enum: ['chat', 'phone', 'fax'] }),
      /"fax" is new/,
    ],
    ['a list of values is open now', field('channel', { type: 'string' }), /taken away/],
    [
      'a text is longer',
      field('words', { ...opened.properties.words, maxLength: 8000 }),
      /maxLength was 4000 and is 8000/,
    ],
    ['a text is shorter', field('words', { ...opened.properties.words, maxLength: 100 }), /maxLength/],
    ['an id is any text', field('caseId', { type: 'string' }), /format was "uuid" and is open/],
    ['a number goes further', field('level', { type: 'integer', minimum: 0 }), /maximum/],
    [
      'a field is personal no more',
      field('words', { type: 'string', maxLength: 4000 }),
      /words is personal no more/,
    ],
    ['a part is a text', field('item', { type: 'string' }), /item was Item and is no part/],
    [
      'a part has lost a field',
      part({ ...item, properties: { title: item.properties.title } }),
      /item\.brand is gone/,
    ],
    [
      'elements are others',
      field('causes', { type: 'array', maxItems: 10, items: { type: 'string' } }),
      /causes\[\] was Item/,
    ],
    [
      'a list of parts holds more',
      field('causes', { ...opened.properties.causes, maxItems: 20 }),
      /causes: maxItems/,
    ],
  ])('is nothing where %s', (_, now, why) => {
    expect(incompatibilities(before, now).join('; ')).toMatch(why)
  })

  it('is broken by each of these changes to any event there is', () => {
    const now = releaseOf('now', new Schemas())
    for (const [type, { topic, schema }] of Object.entries(now.events)) {
      const fields = Object.keys(schema.properties ?? {})
      for (const name of fields) {
        const { [name]: _, ...properties } = schema.properties ?? {}
        const events = { ...now.events, [type]: { topic, schema: { ...schema, properties } } }
        expect(incompatibilities(now, { ...now, events })).toContain(`${type}.${name} is gone`)
      }
    }
  })
})
