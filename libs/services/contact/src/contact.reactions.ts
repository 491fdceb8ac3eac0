import { Controller } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventOf } from '@throughline/contracts'
import { Clock, Ids, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import { EventStore, reactionTo, Timers, ViewStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { Channels } from './channels.js'
import { ContactAccess } from './contact.access.js'
import { giveUp } from './contact.ends.js'
import { contacts, isOver, lastLeg } from './contact.js'
import { dropContact, takeContact } from './contact.moves.js'
import { contactsView } from './contact.view.js'
import { failMessage, postMessage } from './contact.words.js'
import { Presence } from './presence.js'

/** Without a live stream for this long, a customer in a chat counts as gone. */
export const GONE_AFTER = 60 * SECOND
const EXPECT_EVERY = 30 * SECOND
/** A dropped contact waits this long for her to go on. */
export const RESUME_WITHIN = 30 * MINUTE

const CALLED_IN_VAIN =
  'We called you and did not reach you. Write to us here, or choose a time for another call.'

@Controller()
export class ContactReactions implements OnApplicationBootstrap {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: ContactAccess,
    private readonly channels: Channels,
    private readonly presence: Presence,
    private readonly timers: Timers,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // Where the view cannot be read yet, the next look does it.
    await this.expectThoseInChats().catch(() => undefined)
    this.timers.every('contact.expected', EXPECT_EVERY, () => this.expectThoseInChats())
    this.timers.every('contact.presence', 5 * SECOND, () => this.dropTheGone())
    this.timers.every('contact.dropped', 5 * SECOND, () => this.endTheDropped())
  }

  @EventPattern('throughline.ContactAssigned.v1', { group: 'contact' })
  async take(@Payload() event: RecordedEvent<EventOf<'throughline.ContactAssigned.v1'>>): Promise<void> {
    const known = await this.access.system(event.data.contactId, reactionTo(event, 'contact'))
    if (known === undefined) return
    const { state } = await this.store.transact(
      contacts,
      event.data.contactId,
      takeContact(event.data),
      known.command,
    )
    // Who never opens a live stream is away from now on: nobody may be kept waiting for her for ever.
    if (state.status === 'connected' && lastLeg(state.contact).channel === 'chat')
      this.presence.expect(event.data.contactId)
  }

  @EventPattern('throughline.ContactLeftQueue.v1', { group: 'contact' })
  async sayCalledInVain(
    @Payload() event: RecordedEvent<EventOf<'throughline.ContactLeftQueue.v1'>>,
  ): Promise<void> {
    const { contactId, why } = event.data
    if (why !== 'unanswered') return
    const said = await this.access.system(contactId, reactionTo(event, 'contact', 'say'))
    const ended = await this.access.system(contactId, reactionTo(event, 'contact', 'end'))
    if (said === undefined || ended === undefined) return
    const messageId = this.ids.derive('message', event.id)
    const message = postMessage({ messageId, by: { is: 'system' }, text: CALLED_IN_VAIN })
    await this.store.transact(
      contacts,
      contactId,
      (state) => (isOver(state) ? [] : message(state)),
      said.command,
    )
    await this.store.transact(contacts, contactId, giveUp({ by: 'unanswered' }), ended.command)
  }

  /** Our words go out by the leg's channel, under the message's id: asked again, they are not sent again. */
  @EventPattern('throughline.MessagePosted.v1', { group: 'contact' })
  async carry(@Payload() event: RecordedEvent<EventOf<'throughline.MessagePosted.v1'>>): Promise<void> {
    const { contactId, messageId, leg, channel, author, text, mode } = event.data
    if (author === 'customer' || mode === 'spoken') return
    const known = await this.access.system(contactId, reactionTo(event, 'contact', 'failed'))
    const carrier = await this.channels.of(channel)
    // What took place elsewhere was carried there.
    if (known === undefined || carrier === undefined || known.state.contact.requested.origin !== undefined)
      return
    const sent = await carrier.adapter.send({
      is: 'words',
      id: messageId,
      leg: { contact: contactId, leg, account: `web-${carrier.kind}`, readBy: 'customer' },
      from: { kind: 'provider', value: contactId },
      to: { kind: 'provider', value: known.state.contact.requested.person.id },
      text,
      media: [],
    })
    if (sent.is === 'unknown') throw new Error(`it is not known whether message ${messageId} went out`)
    if (sent.is === 'accepted') return
    await this.store.transact(contacts, contactId, failMessage({ messageId, code: sent.code }), known.command)
  }

  /** Whoever connected her may be another process, and may have ended since: everyone looks after all chats. */
  async expectThoseInChats(): Promise<void> {
    for await (const row of this.views.every(contactsView, 'live:chat')) this.presence.expect(row.contactId)
  }

  async dropTheGone(): Promise<void> {
    const gone = this.presence.goneFor(GONE_AFTER)
    this.presence.ask(gone)
    for (const contactId of gone) {
      const { state } = await this.store.load(contacts, contactId)
      if (state.status === 'none' || isOver(state) || state.status === 'dropped') {
        this.presence.forget(contactId)
        continue
      }
      const { leg, channel } = lastLeg(state.contact)
      if (state.status !== 'connected' || channel !== 'chat') {
        this.presence.restart(contactId)
        continue
      }
      // Asked in the meantime, or nothing gets through to anybody: the next look goes on from here.
      if (!this.presence.isGone(contactId)) continue
      const known = await this.access.system(contactId, {
        id: `${contactId}/dropped/${String(leg)}`,
        actor: 'system:contact',
      })
      if (known === undefined) continue
      await this.store.transact(
        contacts,
        contactId,
        dropContact({ leg, cause: 'no live stream' }),
        known.command,
      )
    }
  }

  async endTheDropped(): Promise<void> {
    const due = toInstant(this.clock.now() - RESUME_WITHIN)
    for await (const { contactId, leg, droppedAt } of this.views.every(contactsView, 'due:dropped')) {
      if (droppedAt === undefined || droppedAt > due) break
      const known = await this.access.system(contactId, {
        id: `${contactId}/not-resumed/${String(leg)}`,
        actor: 'system:contact',
      })
      if (known === undefined) continue
      await this.store.transact(contacts, contactId, giveUp({ by: 'dropped', leg }), known.command)
    }
  }
}
