import { Module } from '@nestjs/common'
import { AgentsController } from './agent.controller.js'
import { AgentsService } from './agent.service.js'
import { ChannelsController } from './channel.controller.js'
import { ChannelsService } from './channel.service.js'
import { DecisionsController } from './decision.controller.js'
import { DecisionsService } from './decision.service.js'
import { RoutingEngine } from './engine.service.js'
import { JourneyReader } from './journey.reader.js'
import { OffersController } from './offer.controller.js'
import { PoliciesController } from './policy.controller.js'
import { PoliciesService } from './policy.service.js'
import { PreviewService } from './preview.service.js'
import { RoutingReactions } from './routing.reactions.js'
import { WorkController } from './work.controller.js'
import { WorkService } from './work.service.js'

@Module({
  controllers: [
    AgentsController,
    ChannelsController,
    DecisionsController,
    OffersController,
    PoliciesController,
    WorkController,
    RoutingReactions,
  ],
  providers: [
    RoutingEngine,
    AgentsService,
    ChannelsService,
    DecisionsService,
    PoliciesService,
    PreviewService,
    WorkService,
    JourneyReader,
  ],
})
export class RoutingModule {}
