import type { ServiceDefinition } from '@throughline/ports'
import { ContactModule } from './contact.module.js'
import { contactsView } from './contact.view.js'
import { casesView, continuationsView, policiesView } from './lookup.view.js'
import { peopleView } from './people.view.js'

export { transcriptBytes, transcriptHash } from './transcript.js'

/** The conversation between a customer and whoever helps, over all its channels, and its summary. */
export const contactService: ServiceDefinition = {
  name: 'contact',
  module: ContactModule,
  views: [contactsView, peopleView, policiesView, continuationsView, casesView],
}
