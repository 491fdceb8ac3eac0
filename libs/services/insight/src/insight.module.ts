import { Module } from '@nestjs/common'
import { AnswersController } from './answer.controller.js'
import { AnswersService } from './answer.service.js'
import { CausesController, CausesService } from './cause.controller.js'
import { ExportController } from './export.controller.js'
import { MetricsController } from './figure.controller.js'
import { FiguresService } from './figure.service.js'
import { FindingsController } from './finding.controller.js'
import { FindingsService } from './finding.service.js'
import { FoldReached } from './fold.reached.js'
import { InsightFold } from './insight.fold.js'
import { PromisesController } from './promise.controller.js'
import { PromisesService } from './promise.service.js'
import { Pseudonyms } from './pseudonym.js'

@Module({
  controllers: [
    AnswersController,
    CausesController,
    ExportController,
    FindingsController,
    MetricsController,
    PromisesController,
  ],
  providers: [
    AnswersService,
    CausesService,
    FiguresService,
    FindingsService,
    FoldReached,
    InsightFold,
    PromisesService,
    Pseudonyms,
  ],
})
export class InsightModule {}
