import { HOUR, MINUTE, SECOND } from '@throughline/kernel'
import { startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { identityService } from './index.js'

let world: World
beforeAll(async () => {
  world = await startWorld([identityService], { identityIssues: true })
})
afterAll(() => world.stop())

const ask = (email: string): Promise<Response> =>
  world.anyone().post('/api/v1/identity/sign-in-codes', { email })

const statuses = async (email: string, count: number): Promise<readonly number[]> => {
  const answers: number[] = []
  for (let number = 0; number < count; number++) answers.push((await ask(email)).status)
  return answers
}

/** Lets time pass until so long before the clock's next full hour. */
const untilBeforeTheHour = (milliseconds: number): Promise<void> =>
  world.pass(HOUR - (world.clock.now() % HOUR) - milliseconds)

describe('codes to one address', () => {
  it('count for an hour across the turn of the clock, and no record of them grows for ever (S22, S25)', async () => {
    const email = 'ana@example.com'
    await untilBeforeTheHour(MINUTE)
    expect(await statuses(email, 2)).toEqual([202, 202])
    await world.pass(2 * MINUTE)
    expect(await statuses(email, 2)).toEqual([202, 429])
    await world.pass(58 * MINUTE)
    expect(await statuses(email, 3)).toEqual([202, 202, 429])
    const counted = await world.events('throughline.SignInCodeCounted.v1')
    expect(new Set(counted.map(({ streamId }) => streamId)).size).toBe(2)
  })

  it('that were answered after the turn of the hour are not held against their owner (S22)', async () => {
    const email = 'bea@example.com'
    await untilBeforeTheHour(MINUTE)
    for (let number = 0; number < 3; number++) expect((await ask(email)).status).toBe(202)
    await world.pass(2 * MINUTE)
    expect((await ask(email)).status).toBe(429)
    for (const { id, text } of world.courier.sent.filter(({ to }) => to.address === email)) {
      const code = /\b\d{7}\b/.exec(text)?.[0]
      const answer = await world.anyone().post('/api/v1/identity/sessions', { challengeId: id, code })
      expect(answer.status).toBe(201)
    }
    expect((await ask(email)).status).toBe(202)
  })

  it('asked for on both sides of the turn of an hour at once are no more (S25)', async () => {
    const email = 'eve@example.com'
    await untilBeforeTheHour(SECOND)
    const { events } = world.host
    const append = events.append.bind(events)
    const after: Promise<Response>[] = []
    // The clock turns between the moment of the first wish and its recording.
    events.append = async (target, ...rest) => {
      if (target.stream === 'mailbox' && after.length === 0) {
        world.clock.move(2 * SECOND)
        after.push(...Array.from({ length: 3 }, () => ask(email)))
        await Promise.all(after)
      }
      return append(target, ...rest)
    }
    const first = await ask(email)
    events.append = append
    expect(first.status).toBe(429)
    expect((await Promise.all(after)).map(({ status }) => status)).toEqual([202, 202, 202])
    expect(world.courier.sent.filter(({ to }) => to.address === email)).toHaveLength(3)
  })
})
