import type { ServiceDefinition } from '@throughline/ports'
import { CaseModule } from './case.module.js'
import { casesView } from './case.view.js'
import { caseContactsView } from './contact.view.js'
import { followUpsView } from './follow-up.view.js'

export const caseService: ServiceDefinition = {
  name: 'case',
  module: CaseModule,
  views: [casesView, caseContactsView, followUpsView],
}
