import type { ServiceDefinition } from '@throughline/ports'
import { articlesView } from './article.view.js'
import { flagsAudit } from './flag.derivation.js'
import { journeysView } from './journey.view.js'
import { KnowledgeModule } from './knowledge.module.js'
import { readingsView } from './reading.view.js'
import { tasksView } from './task.view.js'

export const knowledgeService: ServiceDefinition = {
  name: 'knowledge',
  module: KnowledgeModule,
  views: [articlesView, journeysView, readingsView, tasksView],
  audits: [flagsAudit],
}
