import type { ExecutionContext } from '@nestjs/common'
import { MINUTE, SECOND } from '@throughline/kernel'
import { AddressLimit } from './address-limit.js'
import { ManualClock } from './virtual-time.js'

/** A request from an address; the headers of its answer. */
function from(ip: string) {
  const headers: Record<string, unknown> = {}
  const reply = { header: (name: string, value: unknown) => (headers[name] = value) }
  const http = { getRequest: () => ({ ip }), getResponse: () => reply }
  return {
    headers,
    context: { getType: () => 'http', switchToHttp: () => http } as unknown as ExecutionContext,
  }
}

function refusal(ask: () => unknown): unknown {
  try {
    return ask()
  } catch (error) {
    return error
  }
}

describe('the limit of an address', () => {
  const clock = new ManualClock()
  const ask = (limit: AddressLimit, ip: string) => {
    const { headers, context } = from(ip)
    limit.canActivate(context)
    return headers
  }

  it('says how much is left, refuses what is over, and when to come again (S24)', () => {
    const limit = new AddressLimit(3, clock)
    expect(ask(limit, '192.0.2.1')).toEqual({
      'RateLimit-Limit': 3,
      'RateLimit-Remaining': 2,
      'RateLimit-Reset': 60,
    })
    ask(limit, '192.0.2.1')
    ask(limit, '192.0.2.1')
    clock.move(15 * SECOND)
    expect(refusal(() => ask(limit, '192.0.2.1'))).toMatchObject({
      code: 'limit.reached',
      detail: { retryAfter: 45 },
    })
    expect(ask(limit, '192.0.2.2')).toMatchObject({ 'RateLimit-Remaining': 2 })
  })

  it('lets nobody send twice as much by waiting for the minute to turn', () => {
    const limit = new AddressLimit(4, clock)
    clock.move(59 * SECOND)
    for (let count = 0; count < 4; count++) ask(limit, '192.0.2.1')
    clock.move(MINUTE)
    expect(() => ask(limit, '192.0.2.1')).toThrow('Too many requests')
    clock.move(MINUTE / 2)
    ask(limit, '192.0.2.1')
    ask(limit, '192.0.2.1')
    expect(() => ask(limit, '192.0.2.1')).toThrow('Too many requests')
    clock.move(2 * MINUTE)
    expect(ask(limit, '192.0.2.1')).toMatchObject({ 'RateLimit-Remaining': 3 })
  })

  it('takes a network of IPv6 for one caller, for its owner has every address of it', () => {
    const limit = new AddressLimit(2, clock)
    ask(limit, '2001:db8:0:1::1')
    ask(limit, '2001:db8::1:a:b:c:d')
    expect(() => ask(limit, '2001:0db8:0:1:ffff::')).toThrow('Too many requests')
    expect(ask(limit, '2001:db8:0:2::1')).toMatchObject({ 'RateLimit-Remaining': 1 })
  })

  it('gives the machine itself a hundred times as much', () => {
    for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(ask(new AddressLimit(1, clock), ip)).toMatchObject({ 'RateLimit-Limit': 100 })
  })

  it('does not let a clock that goes back hold anybody up (R24)', () => {
    const limit = new AddressLimit(1, clock)
    ask(limit, '192.0.2.1')
    clock.move(-MINUTE * 60)
    expect(ask(limit, '192.0.2.1')).toMatchObject({ 'RateLimit-Remaining': 0 })
  })
})
