import type { ServiceDefinition } from '@throughline/ports'
import { JourneyModule } from './journey.module.js'
import { owned } from './journey.view.js'
import { cases, helpers, people, reasonsInForce } from './people.view.js'

/** Journeys: what a customer goes through from looking for help to the end, with the context of every moment. */
export const journeyService: ServiceDefinition = {
  name: 'journey',
  module: JourneyModule,
  views: [owned, people, reasonsInForce, helpers, cases],
}
