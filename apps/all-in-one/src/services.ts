import type { ServiceDefinition } from '@throughline/platform'
import { caseService } from '@throughline/service-case'
import { contactService } from '@throughline/service-contact'
import { feedbackService } from '@throughline/service-feedback'
import { identityService } from '@throughline/service-identity'
import { insightService } from '@throughline/service-insight'
import { journeyService } from '@throughline/service-journey'
import { knowledgeService } from '@throughline/service-knowledge'
import { myStuffService } from '@throughline/service-my-stuff'
import { routingService } from '@throughline/service-routing'

/** Every service there is, in one process. */
export const services: readonly ServiceDefinition[] = [
  identityService,
  myStuffService,
  journeyService,
  knowledgeService,
  routingService,
  contactService,
  caseService,
  feedbackService,
  insightService,
]
