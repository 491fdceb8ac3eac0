import type { ServiceDefinition } from '@throughline/ports'
import { clientsView } from './client.view.js'
import { customersView, segmentsView } from './customer.view.js'
import { IdentityModule } from './identity.module.js'
import { sessionsView } from './session.view.js'
import { staffView } from './staff.view.js'

/** Who everybody is and how surely we know: customers, guests, staff and systems, their sessions and tokens. */
export const identityService: ServiceDefinition = {
  name: 'identity',
  module: IdentityModule,
  views: [customersView, segmentsView, sessionsView, staffView, clientsView],
}
