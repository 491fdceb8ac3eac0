import { Module } from '@nestjs/common'
import { AnswersController } from './answer.controller.js'
import { AnswersService } from './answer.service.js'
import { ArticlesAnswersService } from './article.service.js'
import { CausesController, CausesService } from './cause.controller.js'
import { DriversService } from './driver.service.js'
import { ExportController } from './export.controller.js'
import { InsightFeedController } from './feed.controller.js'
import { MetricsController } from './figure.controller.js'
import { FiguresService } from './figure.service.js'
import { FindingsController } from './finding.controller.js'
import { FindingsService } from './finding.service.js'
import { FoldReached } from './fold.reached.js'
import { HoursService } from './hour.service.js'
import { InsightFold } from './insight.fold.js'
import { PromisesController } from './promise.controller.js'
import { PromisesService } from './promise.service.js'
import { Pseudonyms } from './pseudonym.js'
import { TroublesController, TroublesService } from './trouble.controller.js'

@Module({
  controllers: [
    AnswersController,
    CausesController,
    ExportController,
    FindingsController,
    InsightFeedController,
    MetricsController,
    PromisesController,
    TroublesController,
  ],
  providers: [
    AnswersService,
    ArticlesAnswersService,
    CausesService,
    DriversService,
    FiguresService,
    FindingsService,
    FoldReached,
    HoursService,
    InsightFold,
    PromisesService,
    Pseudonyms,
    TroublesService,
  ],
})
export class InsightModule {}
