import { Injectable } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { Answer } from '@throughline/ports'
import type { Timers } from '@throughline/ports'
import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { ViewRunner } from './view-runner.js'

const LONGEST_WAIT = 2 * SECOND

/** Waits for what a read must see, and writes what a command told into headers. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(
    private readonly views: ViewRunner,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly stopping: () => boolean,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() === 'rpc') return next.handle()
    const http = context.switchToHttp()
    const reply = http.getResponse<FastifyReply>()
    await this.#reach(http.getRequest<FastifyRequest>().headers['min-position'])
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!(answer instanceof Answer)) return answer
        const { version, position, outcome } = answer.told
        void reply.header('ETag', `"${String(version)}"`)
        if (position > 0) void reply.header('Throughline-Position', String(position))
        if (outcome === 'replayed') void reply.header('Idempotency-Replayed', 'true')
        if (answer.location === undefined) void reply.status(200)
        else void reply.status(201).header('Location', answer.location)
        return answer.body as unknown
      }),
    )
  }

  async #reach(wanted: string | readonly string[] | undefined): Promise<void> {
    if (wanted === undefined) return
    if (typeof wanted !== 'string' || !/^\d{1,15}$/.test(wanted)) {
      throw new Refused('invalid', 'request.min-position', 'Min-Position is no position given out here.', {
        field: 'Min-Position',
        todo: 'Send the Throughline-Position of the answer to your command.',
      })
    }
    const deadline = this.clock.now() + LONGEST_WAIT
    while (this.views.position < Number(wanted)) {
      if (this.clock.now() >= deadline || this.stopping()) {
        throw new Refused('unavailable', 'view.behind', 'What you did is safe and not visible yet.', {
          todo: 'Read again in a moment.',
          retryAfter: 1,
        })
      }
      await this.timers.sleep(5)
    }
  }
}
