import * as fc from 'fast-check'
import { CloudEvent } from 'cloudevents'
import { orderingKey, Unreadable } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { sized } from '@throughline/ports/suites'
import { fromMessage, toMessage } from './envelope.js'
import type { Message } from './envelope.js'

jest.setTimeout(sized(30_000, 600_000))

const instant = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })
  .map((time) => new Date(time).toISOString())
const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
const maybe = <Value>(key: string, value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }))

const events: fc.Arbitrary<RecordedEvent> = fc
  .tuple(
    fc.record({
      type: fc.stringMatching(/^[a-z]{1,10}\.[A-Z][a-z]{1,10}\.v[1-9]$/),
      // As a store gives it back: JSON knows no -0.
      data: fc
        .jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
        .map((data) => JSON.parse(JSON.stringify(data)) as unknown),
      id: fc.uuid(),
      stream: name,
      streamId: name,
      sequence: fc.nat(),
      position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      occurredAt: instant,
      recordedAt: instant,
      commandId: name,
      actor: name,
      hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    }),
    maybe('journeyId', name),
    maybe('customerId', name),
    maybe('causationId', name),
    maybe('traceparent', name),
  )
  .map(([event, ...more]) => Object.assign({}, event, ...more) as RecordedEvent)
  .filter(({ data }) => !JSON.stringify(data).includes('__proto__'))
const counts = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const places = fc.record({ previous: counts, logPrevious: counts, partitionPrevious: counts })

/** As the broker hands it over. */
const carried = ({
  key,
  value,
  headers,
}: ReturnType<typeof toMessage>): Message & { headers: Record<string, Buffer> } => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([one, text]) => [one, Buffer.from(text)])),
})
const [example] = fc.sample(events, { numRuns: 1, seed: 5 })
const none = { previous: 0, logPrevious: 0, partitionPrevious: 0 }
const message = () => {
  if (example === undefined) throw new Error('no example')
  return carried(toMessage(example, orderingKey(example), none))
}

describe('an event on Kafka', () => {
  it('comes back as it was, whatever stands in it', () => {
    fc.assert(
      fc.property(events, places, (event, place) => {
        expect(fromMessage(carried(toMessage(event, orderingKey(event), place)))).toStrictEqual({
          event,
          ...place,
        })
      }),
      { numRuns: sized(200, 5_000) },
    )
  })

  it('is a CloudEvent 1.0 in binary mode by the rules of the specification', () => {
    fc.assert(
      fc.property(events, places, (event, place) => {
        const { key, value, headers, timestamp } = toMessage(event, orderingKey(event), place)
        const { 'content-type': type, ...attributes } = headers
        expect(type).toBe('application/json')
        expect(Object.keys(attributes).every((one) => /^ce_[a-z0-9]{1,20}$/.test(one))).toBe(true)
        const named = Object.fromEntries(
          Object.entries(attributes).map(([one, text]) => [one.slice(3), text]),
        )
        // Throws where the specification is not kept.
        const checked = new CloudEvent({ ...named, data: JSON.parse(value) as unknown }, true)
        expect(checked).toMatchObject({
          specversion: '1.0',
          id: event.id,
          type: event.type,
          subject: `${event.stream}/${event.streamId}`,
          time: event.recordedAt,
          partitionkey: key,
        })
        expect(timestamp).toBe(String(Date.parse(event.recordedAt)))
      }),
      { numRuns: sized(100, 2_000) },
    )
  })

  const broken: readonly (readonly [string, (one: ReturnType<typeof message>) => Message])[] = [
    ['has no headers', ({ value }) => ({ value })],
    ['has no value', (one) => ({ ...one, value: null })],
    ['is no JSON', (one) => ({ ...one, value: Buffer.from('{') })],
    ['is larger than any of ours', (one) => ({ ...one, value: Buffer.alloc(5 * 1024 * 1024, 32) })],
    ['would change every object', (one) => ({ ...one, value: Buffer.from('{"a":{"__proto__":{"b":1}}}') })],
    [
      'would change every object, written otherwise',
      (one) => ({ ...one, value: Buffer.from('{"\\u005f_proto__":{"b":1}}') }),
    ],
    [
      'has a position that is no count',
      (one) => ({ ...one, headers: { ...one.headers, ce_position: Buffer.from('1e3') } }),
    ],
    [
      'has a negative position',
      (one) => ({ ...one, headers: { ...one.headers, ce_position: Buffer.from('-1') } }),
    ],
    ['has no time', (one) => ({ ...one, headers: { ...one.headers, ce_time: Buffer.from('soon') } })],
    [
      'is of another version of CloudEvents',
      (one) => ({ ...one, headers: { ...one.headers, ce_specversion: Buffer.from('0.3') } }),
    ],
    [
      'has a header twice',
      (one) => ({ ...one, headers: { ...one.headers, ce_id: [Buffer.from('a'), Buffer.from('b')] } }),
    ],
    [
      'is a batch',
      (one) => ({
        ...one,
        headers: { ...one.headers, 'content-type': Buffer.from('application/cloudevents-batch+json') },
      }),
    ],
  ]
  it.each(broken)('is refused when it %s', (_, change) => {
    expect(() => fromMessage(change(message()))).toThrow(Unreadable)
  })

  it('is refused when any of its attributes is missing', () => {
    const optional = [
      'ce_journeyid',
      'ce_customerid',
      'ce_causationid',
      'ce_traceparent',
      'ce_partitionkey',
      'ce_subject',
      'ce_source',
    ]
    for (const header of Object.keys(message().headers).filter((one) => !optional.includes(one))) {
      const { [header]: gone, ...headers } = message().headers
      expect([header, gone && refusal({ ...message(), headers })]).toEqual([header, 'Unreadable'])
    }
  })
})

function refusal(one: Message): string {
  try {
    fromMessage(one)
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown'
  }
}
