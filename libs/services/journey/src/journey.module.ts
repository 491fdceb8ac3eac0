import { Module } from '@nestjs/common'
import { JourneyAccess } from './journey.access.js'
import { JourneyController } from './journey.controller.js'
import { JourneyReactions } from './journey.reactions.js'
import { JourneyReader } from './journey.reader.js'
import { JourneyService } from './journey.service.js'

@Module({
  controllers: [JourneyController, JourneyReactions],
  providers: [JourneyAccess, JourneyReader, JourneyService],
})
export class JourneyModule {}
