import type { EventOf } from '@throughline/contracts'
import type { RecordedEvent } from '@throughline/ports'
import { joinDelivery } from './delivery-state.js'
import { tells } from './tells.js'
import type { TranscriptAuthor, TranscriptLine } from './transcript.js'

/** A line of the transcript with what a page needs beside it. */
export interface ConversationLine extends TranscriptLine {
  /** What `PUT …/seen` takes. First words have the contact's own id. */
  readonly id: string
  readonly contactId: string
  readonly at: string
  readonly articleId?: string
  /** Answers to choose from. */
  readonly choices?: readonly string[]
  /** Which of its choices was picked last; absent while none was. */
  readonly picked?: string
  /** The message with choices it answers. */
  readonly answers?: string
}

/** Everything said in these contacts, over all legs, in the order of the log. */
export function conversation(
  events: readonly RecordedEvent[],
  contactIds: ReadonlySet<string>,
): readonly ConversationLine[] {
  let lines: readonly ConversationLine[] = []
  for (const event of events) {
    const { position, occurredAt: at } = event
    if (tells(event, 'throughline.ContactRequested.v1')) {
      const { contactId, channel, words: said } = event.data
      if (said === undefined || said === '' || !contactIds.has(contactId)) continue
      const first = { id: contactId, contactId, leg: 1, channel, said, at, position }
      lines = [...lines, { ...first, author: { is: 'customer' }, state: 'delivered', attachments: [] }]
    } else if (tells(event, 'throughline.MessagePosted.v1')) {
      if (!contactIds.has(event.data.contactId)) continue
      lines = [...picked(lines, event.data), lineOf(event.data, at, position)]
    } else if (tells(event, 'throughline.MessagesSeen.v1')) {
      lines = seen(lines, event.data)
    } else if (tells(event, 'throughline.MessageFailed.v1')) {
      const { messageId } = event.data
      lines = lines.map((line) => (line.id === messageId ? moved(line, 'failed') : line))
    }
  }
  return lines
}

function lineOf(
  data: EventOf<'throughline.MessagePosted.v1'>['data'],
  at: string,
  position: number,
): ConversationLine {
  const { contactId, messageId: id, leg, channel, author, authorId, mode, text } = data
  const { articleId, choices, answers } = data
  return {
    id,
    contactId,
    position,
    leg,
    channel,
    author: authorOf(author, authorId),
    said: text,
    // What a customer wrote is durable here; what we wrote is only on its way until her page tells.
    state: mode === 'spoken' ? 'spoken' : author === 'customer' ? 'delivered' : 'accepted',
    attachments: [],
    at,
    ...(articleId !== undefined && { articleId }),
    ...(choices !== undefined && { choices }),
    ...(answers !== undefined && { answers }),
  }
}

/** Other words than a choice answer too, and pick none. */
function picked(
  lines: readonly ConversationLine[],
  { answers, text }: EventOf<'throughline.MessagePosted.v1'>['data'],
): readonly ConversationLine[] {
  if (answers === undefined) return lines
  return lines.map((line) =>
    line.id === answers && line.choices?.includes(text) === true ? { ...line, picked: text } : line,
  )
}

function authorOf(author: 'customer' | 'agent' | 'system', authorId: string | undefined): TranscriptAuthor {
  if (author === 'agent') return { is: 'agent', id: authorId ?? '' }
  return author === 'customer' ? { is: 'customer' } : { is: 'automatic' }
}

function seen(
  lines: readonly ConversationLine[],
  { contactId, by, messageId }: EventOf<'throughline.MessagesSeen.v1'>['data'],
): readonly ConversationLine[] {
  const until = lines.find((line) => line.id === messageId)?.position ?? 0
  return lines.map((line) =>
    line.contactId === contactId &&
    line.position <= until &&
    (line.author.is === 'customer') !== (by === 'customer')
      ? moved(line, 'seen')
      : line,
  )
}

function moved(line: ConversationLine, state: 'seen' | 'failed'): ConversationLine {
  return line.state === 'spoken' ? line : { ...line, state: joinDelivery(line.state, state) }
}
