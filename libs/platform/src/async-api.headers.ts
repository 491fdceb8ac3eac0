import type { JsonSchema } from './async-api.schemas.js'

const id: JsonSchema = { type: 'string', format: 'uuid' }
// Header values are text on Kafka, positions too.
const position: JsonSchema = { type: 'string', pattern: '^\\d+$' }
const instant: JsonSchema = { type: 'string', format: 'date-time' }
const word: JsonSchema = { type: 'string' }
const said = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description })

const REQUIRED = {
  ce_specversion: { type: 'string', enum: ['1.0'] },
  ce_id: said(id, 'The same event has the same id however often it comes'),
  ce_source: said(word, 'Where it was recorded'),
  ce_type: said(word, 'Wire name, version included'),
  ce_subject: said(word, 'The stream it stands in and the id of the one it tells of: `case/0199…`'),
  ce_time: said(instant, 'When it was recorded; never before that of the event at the position before'),
  ce_occurredat: said(
    instant,
    'When it happened in the world; earlier than `ce_time` for what came late or was imported',
  ),
  ce_position: said(position, 'Its place in the whole log; ascends with every event, without being a count'),
  ce_previous: said(
    position,
    '`ce_position` of the public event before it, whatever its topic; 0 for the first. What nobody has seen is missing',
  ),
  ce_partitionprevious: said(
    position,
    '`ce_position` of the event before it in the same partition; 0 for the first',
  ),
  ce_logprevious: said(position, 'Position of the event before it in the whole log, private ones included'),
  ce_sequence: said(position, 'Its place in its stream, from 0'),
  ce_stream: said(word, 'The noun of the stream: `case`'),
  ce_streamid: said(word, 'The id of the one it tells of'),
  ce_commandid: said(word, 'The command that recorded it'),
  ce_actor: said(
    word,
    'Whose wish it was: `customer:<id>`, `guest:<id>`, `staff:<id>`, `client:<id>`, `system:<service>`',
  ),
  ce_hash: said(
    { type: 'string', pattern: '^[0-9a-f]{64}$' },
    'Of the event and, through the one before it in its stream, of all before',
  ),
  ce_partitionkey: said(word, 'The key of the message'),
} satisfies Readonly<Record<string, JsonSchema>>

const OPTIONAL = {
  ce_journeyid: said(id, 'The journey it belongs to'),
  ce_customerid: said(word, 'The customer or guest it is about'),
  ce_causationid: said(word, 'The event that led to it'),
  ce_traceparent: said(word, 'W3C trace context of the request'),
} satisfies Readonly<Record<string, JsonSchema>>

/** Kafka headers of every event: CloudEvents 1.0, binary mode, with extensions of our own. */
export const HEADERS: JsonSchema = {
  type: 'object',
  properties: {
    'content-type': said(word, '`application/json`; the value is the data'),
    ...REQUIRED,
    ...OPTIONAL,
  },
  required: Object.keys(REQUIRED).sort(),
}

const JOURNEY = '0199a5e2-7a40-7c1e-9d3b-5d1f0c2a7d11'
const CUSTOMER = '018f2c7e-1b3a-7d44-8c55-9e0f6a7b8c9d'
const EVENT = '0199a5e2-7a41-7000-8000-000000000001'

/** Headers of an example. */
export function headersOf(type: string, hasCustomer: boolean): Readonly<Record<string, string>> {
  const instantOf = '2026-11-20T09:00:00.000Z'
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: EVENT,
    ce_source: '/throughline/journey',
    ce_type: type,
    ce_subject: `journey/${JOURNEY}`,
    ce_time: instantOf,
    ce_occurredat: instantOf,
    ce_position: '4711',
    ce_previous: '4709',
    ce_partitionprevious: '4702',
    ce_logprevious: '4710',
    ce_sequence: '0',
    ce_stream: 'journey',
    ce_streamid: JOURNEY,
    ce_commandid: `customer:${CUSTOMER}/0199a5e2-7a40-7c1e-9d3b-000000000001`,
    ce_actor: `customer:${CUSTOMER}`,
    ce_hash: '9f'.repeat(32),
    ce_partitionkey: hasCustomer ? CUSTOMER : `journey-${JOURNEY}`,
    ...(hasCustomer && { ce_journeyid: JOURNEY, ce_customerid: CUSTOMER }),
  }
}
