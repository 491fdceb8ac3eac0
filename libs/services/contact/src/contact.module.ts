import { Module } from '@nestjs/common'
import { Channels } from './channels.js'
import { ContactAccess } from './contact.access.js'
import { ContactsController } from './contact.controller.js'
import { ContactKeys } from './contact.keys.js'
import { ContactReactions } from './contact.reactions.js'
import { ContactReader } from './contact.reader.js'
import { ContactsService } from './contact.service.js'
import { ContinuationController } from './continuation.controller.js'
import { ContinuationService } from './continuation.service.js'
import { ConversationController } from './conversation.controller.js'
import { ConversationService } from './conversation.service.js'
import { Presence } from './presence.js'
import { RecordsController } from './record.controller.js'

@Module({
  controllers: [
    ContactsController,
    ConversationController,
    ContinuationController,
    RecordsController,
    ContactReactions,
  ],
  providers: [
    Channels,
    ContactAccess,
    ContactKeys,
    ContactReader,
    ContactsService,
    ContinuationService,
    ConversationService,
    Presence,
  ],
})
export class ContactModule {}
