import { Module } from '@nestjs/common'
import { CasesController } from './case.controller.js'
import { CaseReactions } from './case.reactions.js'
import { CaseReplay } from './case.replay.js'
import { CasesService } from './case.service.js'
import { FollowUpsController } from './follow-up.controller.js'
import { FollowUpsService } from './follow-up.service.js'
import { PromisesService } from './promise.service.js'

@Module({
  controllers: [CasesController, FollowUpsController, CaseReactions],
  providers: [CaseReplay, CasesService, FollowUpsService, PromisesService],
})
export class CaseModule {}
