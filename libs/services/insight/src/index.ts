import type { ServiceDefinition } from '@throughline/ports'
import { causesView } from './cause.js'
import { findingsView } from './finding.view.js'
import { InsightFold } from './insight.fold.js'
import { InsightModule } from './insight.module.js'
import { promisesView } from './promise.view.js'

export const insightService: ServiceDefinition = {
  name: 'insight',
  module: InsightModule,
  views: [causesView, findingsView, promisesView],
  followers: [InsightFold],
}
