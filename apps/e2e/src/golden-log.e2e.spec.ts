import { POLICY } from '@throughline/demo'
import { DAY } from '@throughline/kernel'
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStage } from './stage.js'

interface Golden {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

const PUBLISHED = 'throughline.ChannelPolicyPublished.v1'
const folder = join(__dirname, '../../../libs/contracts/golden')
// The document of its policy says nothing: whoever reads policies goes on with the one before.
const golden = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden,
)
const published = golden
  .filter(({ type }) => type === PUBLISHED)
  .map((event) => ({ ...event, data: { ...event.data, document: POLICY } }))
const CUSTOMER = '018f0000-0000-7000-8000-0000000000c1'
const JOURNEY = '018f0000-0000-7000-8000-0000000000a1'

describe('yesterday’s events in today’s process (R27)', () => {
  const seeds = [1, 2, 3]
  it.each(seeds)(
    'every view and reaction takes every event ever told, in any order: shuffle %d',
    async (seed) => {
      const stage = await openStage()
      try {
        const { events, bus, url } = stage.host()
        const [shuffled = []] = fc.sample(fc.shuffledSubarray(golden, { minLength: golden.length }), {
          seed,
          numRuns: 1,
        })
        // Nothing is offered before a policy says what there is.
        const told = [...published, ...shuffled]
        for (const [at, event] of told.entries()) {
          const id = `golden-${String(at)}`
          const keys = { customerId: CUSTOMER, journeyId: JOURNEY }
          await events.append({ stream: 'golden', id }, 0, { id, actor: 'system:golden', ...keys }, [event])
        }
        await stage.settle()
        // Whatever has become due by these events is dealt with too.
        await stage.pass(8 * DAY)
        const parked = (await bus.deadLetters()).map(({ group, event, cause }) => [group, event.type, cause])
        expect(parked).toEqual([])
        expect(await stage.host().readers.atHead()).toBe(true)
        const ready = await fetch(`${url}/health/ready`)
        expect([ready.status, ((await ready.json()) as { readonly failing: unknown }).failing]).toEqual([
          200,
          [],
        ])
      } finally {
        await stage.stop()
      }
    },
  )
})
