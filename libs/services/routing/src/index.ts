import type { ServiceDefinition } from '@throughline/ports'
import { channelsAudit } from './decision.derivation.js'
import { decisionsView } from './decision.view.js'
import { RoutingEngine } from './engine.service.js'
import { caseOwnersView, customersView, journeysView } from './journey.view.js'
import { offersAudit } from './offer.derivation.js'
import { peopleView } from './people.view.js'
import { publishedView } from './policy.view.js'
import { requestsView } from './request.view.js'
import { RoutingModule } from './routing.module.js'

export const routingService: ServiceDefinition = {
  name: 'routing',
  module: RoutingModule,
  views: [
    journeysView,
    customersView,
    caseOwnersView,
    peopleView,
    publishedView,
    requestsView,
    decisionsView,
  ],
  followers: [RoutingEngine],
  audits: [channelsAudit, offersAudit],
}
