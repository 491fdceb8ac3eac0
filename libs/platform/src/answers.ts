import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { Answer } from '@throughline/ports'
import type { Timers } from '@throughline/ports'
import type { ViewRunner } from './view-runner.js'

const LONGEST_WAIT = 2 * SECOND

/** Waits for what a read must see (`Min-Position`), once it is known that the caller may read at all. */
export class ReachGuard implements CanActivate {
  constructor(
    private readonly views: ViewRunner,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly stopping: () => boolean,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true
    const wanted = context.switchToHttp().getRequest<FastifyRequest>().headers['min-position']
    return wanted === undefined || this.#reach(wanted)
  }

  async #reach(wanted: string | readonly string[]): Promise<true> {
    if (typeof wanted !== 'string' || !/^\d{1,15}$/.test(wanted)) {
      throw new Refused('invalid', 'request.min-position', 'Min-Position is no position given out here.', {
        field: 'Min-Position',
        todo: 'Send the Throughline-Position of the answer to your command.',
      })
    }
    let [seen, waited] = [this.clock.now(), 0]
    while (this.views.position < Number(wanted)) {
      const now = this.clock.now()
      // A clock that goes back makes nobody wait longer by as much (R24).
      waited += Math.max(0, now - seen)
      seen = now
      if (waited >= LONGEST_WAIT || this.stopping()) {
        throw new Refused('unavailable', 'view.behind', 'What you did is safe and not visible yet.', {
          todo: 'Read again in a moment.',
          retryAfter: 1,
        })
      }
      await this.timers.sleep(5)
    }
    return true
  }
}

/**
 * Writes what a command told into headers. A hook of the server and no interceptor: Nest wraps every request of a process
 * that has one into observables, also those that have nothing to say.
 */
export function tellAnswers(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (_request, reply: FastifyReply, payload: unknown, done) => {
    if (!(payload instanceof Answer)) {
      done(null, payload)
      return
    }
    const { version, position, outcome } = payload.told
    void reply.header('ETag', `"${String(version)}"`)
    if (position > 0) void reply.header('Throughline-Position', String(position))
    if (outcome === 'replayed') void reply.header('Idempotency-Replayed', 'true')
    if (payload.location === undefined) void reply.status(200)
    else void reply.status(201).header('Location', payload.location)
    // Text goes out as it is (NDJSON): by now the server has made up its mind to write JSON.
    if (typeof payload.body === 'string') void reply.serializer(String)
    done(null, payload.body)
  })
}
