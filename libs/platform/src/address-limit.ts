import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isIPv6 } from 'node:net'
import { MINUTE, Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'

interface Seen {
  /** Milliseconds since the epoch at which the present minute began. */
  began: number
  count: number
  /** Requests of the minute before. */
  before: number
}

/**
 * How many requests a minute one address may send; it runs before anybody's token is looked at. Two counters stand for the
 * last sixty seconds: this minute's, and the last one's by the share of it that is not over yet. A list of every request of
 * the minute, walked at each one, would make the busiest address the dearest.
 */
export class AddressLimit implements CanActivate {
  readonly #seen = new Map<string, Seen>()
  #swept = 0

  constructor(
    private readonly rate: number,
    private readonly clock: Clock,
  ) {}

  /** Says in `RateLimit-*` how much an address has left. @throws Refused `limit.reached` with `Retry-After` */
  canActivate(context: ExecutionContext): boolean {
    // Reactions come from the log and not from an address.
    if (context.getType() !== 'http') return true
    const { ip } = context.switchToHttp().getRequest<FastifyRequest>()
    const now = this.clock.now()
    const seen = this.#of(network(ip), now)
    // The machine's own tools hand over whole histories; whoever runs them could as well stop the process.
    const limit = isOwn(ip) ? this.rate * 100 : this.rate
    const over = Math.min(1, Math.max(0, (now - seen.began) / MINUTE))
    const reset = Math.ceil((seen.began + MINUTE - now) / SECOND)
    const left = Math.floor(limit - seen.count - seen.before * (1 - over))
    if (left < 1) {
      throw new Refused('too-many', 'limit.reached', 'Too many requests from this address.', {
        retryAfter: Math.max(1, reset),
      })
    }
    seen.count++
    const reply = context.switchToHttp().getResponse<FastifyReply>()
    void reply.header('RateLimit-Limit', limit)
    void reply.header('RateLimit-Remaining', left - 1)
    void reply.header('RateLimit-Reset', reset)
    return true
  }

  #of(address: string, now: number): Seen {
    let seen = this.#seen.get(address)
    if (seen === undefined) {
      this.#sweep(now)
      seen = { began: now, count: 0, before: 0 }
      this.#seen.set(address, seen)
    }
    const passed = now - seen.began
    // A clock that went back begins anew: nobody waits for it.
    if (passed < 0 || passed >= 2 * MINUTE) Object.assign(seen, { began: now, count: 0, before: 0 })
    else if (passed >= MINUTE) {
      Object.assign(seen, { began: seen.began + MINUTE, count: 0, before: seen.count })
    }
    return seen
  }

  #sweep(now: number): void {
    if (Math.abs(now - this.#swept) < MINUTE) return
    this.#swept = now
    for (const [address, { began }] of this.#seen) {
      if (Math.abs(now - began) >= 2 * MINUTE) this.#seen.delete(address)
    }
  }
}

function isOwn(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.')
}

/** What one caller has: an address, or with IPv6 a network of 64 bits, of which everybody has all addresses. */
function network(ip: string): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:') || !isIPv6(ip)) return ip
  const [head = '', tail] = ip.split('%', 1)[0]?.split('::') ?? []
  const [groups, rest] = [head, tail ?? ''].map((side) => (side === '' ? [] : side.split(':')))
  const zeros = Array<string>(Math.max(0, 8 - (groups?.length ?? 0) - (rest?.length ?? 0))).fill('0')
  return `${[...(groups ?? []), ...zeros, ...(rest ?? [])]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
