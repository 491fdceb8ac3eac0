import { Injectable } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { InsightFold } from './insight.fold.js'

/** Holds a read back until the figures hold what its `Min-Position` asks for. */
@Injectable()
export class FoldReached implements NestInterceptor {
  constructor(private readonly fold: InsightFold) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<ReturnType<CallHandler['handle']>> {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ readonly headers: Readonly<Record<string, unknown>> }>()
    const wanted = headers['min-position']
    if (typeof wanted === 'string') await this.fold.reach(Number(wanted))
    return next.handle()
  }
}
