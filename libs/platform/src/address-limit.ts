import type { ExecutionContext } from '@nestjs/common'
import { normalizeIp, ThrottlerGuard } from '@nestjs/throttler'
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler'
import type { FastifyRequest } from 'fastify'
import { MINUTE, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import type { Counters } from './mode.js'

/**
 * Says in `RateLimit-*` how much an address has left, refuses what is over with 429, `limit.reached` and `Retry-After`.
 * With IPv6 an address is a network of 64 bits, of which everybody has all addresses.
 */
export class AddressLimit extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit'
}

/** One limit for each address, whatever it asks for. `rate` is in requests a minute. */
export function addressLimit(rate: number, clock: Clock, counters?: Counters): ThrottlerModuleOptions {
  const own = new TwoCounters(clock)
  return {
    throttlers: [{ ttl: MINUTE, blockDuration: 0, limit: (context) => (isOwn(context) ? rate * 100 : rate) }],
    storage: counters === undefined ? own : new SharedCounters(counters, own),
    generateKey: (_context, address) => address,
    // Reactions come from the log and not from an address.
    skipIf: (context) => context.getType() !== 'http',
    errorMessage: 'Too many requests from this address.',
  }
}

/**
 * Counts of all replicas together, and beside them those of this one: where the shared ones cannot be asked, or were lost,
 * an address has at most as many times its rate as there are replicas. What guards a sign-in is counted in the record and
 * not here.
 */
class SharedCounters implements ThrottlerStorage {
  constructor(
    private readonly counters: Counters,
    private readonly own: ThrottlerStorage,
  ) {}

  async increment(
    key: string,
    ttl: number,
    limit: number,
    ...rest: readonly [blockDuration: number, throttlerName: string]
  ): ReturnType<ThrottlerStorage['increment']> {
    const own = await this.own.increment(key, ttl, limit, ...rest)
    if (own.isBlocked) return own
    return this.counters.count(key, ttl, limit).catch(() => own)
  }
}

// The machine's own tools hand over whole histories; whoever runs them could as well stop the process.
function isOwn(context: ExecutionContext): boolean {
  const address = normalizeIp(context.switchToHttp().getRequest<FastifyRequest>().ip)
  return address === '::1' || address.startsWith('127.')
}

/**
 * Two counters stand for the last `ttl`: this period's, and the last one's by the share of it that is not over yet. The
 * library's own storage lists every request of the period and walks the list at each one, so that the busiest address is
 * the dearest. A period's counters go as a whole: an address takes no room longer than two of them.
 */
class TwoCounters implements ThrottlerStorage {
  #began = 0
  #counts = new Map<string, number>()
  #before = new Map<string, number>()

  constructor(private readonly clock: Clock) {}

  /** Counts a request that is not over the limit. `ttl` is in milliseconds, the times in the answer are in seconds. */
  increment(key: string, ttl: number, limit: number): ReturnType<ThrottlerStorage['increment']> {
    const now = this.clock.now()
    this.#turn(now, ttl)
    const ends = this.#began + ttl
    const count = this.#counts.get(key) ?? 0
    const before = (this.#before.get(key) ?? 0) * ((ends - now) / ttl)
    const totalHits = Math.ceil(count + before) + 1
    const isBlocked = totalHits > limit
    if (!isBlocked) this.#counts.set(key, count + 1)
    const seconds = Math.ceil((ends - now) / SECOND)
    return Promise.resolve({
      totalHits,
      isBlocked,
      timeToExpire: seconds,
      timeToBlockExpire: isBlocked ? seconds : 0,
    })
  }

  #turn(now: number, ttl: number): void {
    const passed = now - this.#began
    if (passed >= 0 && passed < ttl) return
    // A clock that went back begins anew: nobody waits for it.
    const next = passed >= 0 && passed < 2 * ttl
    this.#before = next ? this.#counts : new Map<string, number>()
    this.#counts = new Map<string, number>()
    this.#began = next ? this.#began + ttl : now
  }
}
