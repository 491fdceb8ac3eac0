import { Module } from '@nestjs/common'
import { ArticlesController } from './article.controller.js'
import { ArticlesService } from './article.service.js'
import { Catalogue } from './catalogue.js'
import { KnowledgeReactions } from './knowledge.reactions.js'
import { ReadingsController } from './reading.controller.js'
import { ReadingsService } from './reading.service.js'
import { KnowledgeSearchController } from './search.controller.js'
import { SuggestionsController } from './suggestion.controller.js'
import { SuggestionsService } from './suggestion.service.js'
import { TasksController } from './task.controller.js'
import { TasksService } from './task.service.js'

@Module({
  controllers: [
    ArticlesController,
    SuggestionsController,
    KnowledgeSearchController,
    ReadingsController,
    TasksController,
    KnowledgeReactions,
  ],
  providers: [ArticlesService, Catalogue, ReadingsService, SuggestionsService, TasksService],
})
export class KnowledgeModule {}
