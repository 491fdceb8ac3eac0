import { Module } from '@nestjs/common'
import { JourneyAccess } from './journey.access.js'
import { JourneyController } from './journey.controller.js'
import { JourneyFeedController } from './journey.feed.controller.js'
import { JourneyFeed } from './journey.feed.js'
import { JourneyReactions } from './journey.reactions.js'
import { JourneyReader } from './journey.reader.js'
import { JourneyService } from './journey.service.js'
import { ReceiptController } from './receipt.controller.js'
import { ReceiptKeys } from './receipt.keys.js'
import { ReceiptService } from './receipt.service.js'

@Module({
  controllers: [JourneyController, JourneyFeedController, ReceiptController, JourneyReactions],
  providers: [JourneyAccess, JourneyFeed, JourneyReader, JourneyService, ReceiptKeys, ReceiptService],
})
export class JourneyModule {}
