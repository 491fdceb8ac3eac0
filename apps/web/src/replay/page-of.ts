import type { JourneyContext } from '../api/journey'

/** Which of the customer's pages a moment was on. */
export type PageThen =
  | { readonly page: 'need-help' }
  | { readonly page: 'thing' }
  | { readonly page: 'channels' }
  | { readonly page: 'conversation'; readonly contactId: string }
  | { readonly page: 'case'; readonly caseId: string }

/** From what was recorded alone: the page that holds the last thing she did or was told. */
export function pageOf(context: JourneyContext): PageThen {
  const contact = context.contacts.at(-1)
  const offered = context.channels.at(-1)
  if (contact !== undefined) {
    const isOver = contact.status === 'ended' || contact.status === 'left'
    if (!isOver) return { page: 'conversation', contactId: contact.id }
    // She looked at the channels anew after the conversation.
    if (offered !== undefined && contact.endedAt !== undefined && offered.at > contact.endedAt)
      return { page: 'channels' }
    const opened = context.cases.at(-1)
    if (opened !== undefined) return { page: 'case', caseId: opened.id }
    return { page: 'conversation', contactId: contact.id }
  }
  if (offered !== undefined) return { page: 'channels' }
  if (context.reason !== undefined || context.readings.length > 0) return { page: 'thing' }
  return { page: 'need-help' }
}
