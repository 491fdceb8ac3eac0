import type { ServiceDefinition } from '@throughline/ports'
import { FeedbackModule } from './feedback.module.js'
import { feedbackView } from './feedback.view.js'
import { subjectsView } from './subject.view.js'

export const feedbackService: ServiceDefinition = {
  name: 'feedback',
  module: FeedbackModule,
  views: [feedbackView, subjectsView],
}
