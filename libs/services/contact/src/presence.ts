import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common'
import { Clock, Ids, SECOND } from '@throughline/kernel'
import { sha256, Signals, Timers } from '@throughline/ports'
import { heardIn, PRESENCE } from './presence.heard.js'
import type { Heard, HereTold } from './presence.heard.js'

/** Every process tells the others so often whom it has a stream of. */
export const TELL_EVERY = 15 * SECOND
/** What a process told lapses when it is not repeated while we told so often, and heard ourselves. */
export const LAPSES_AFTER = 3
/** Contacts named in one signal, and devices of each: a signal is small. */
const MOST_CONTACTS = 100
const MOST_DEVICES = 20

interface Elsewhere {
  readonly devices: readonly string[]
  /** By the clock of this process, in milliseconds since 1970. */
  readonly heardAt: number
  /** How often we have told since. */
  missed: number
}

interface Attendance {
  /** The device of each open stream here: the pages of one sign-in are one device. */
  streams: readonly string[]
  /** What other processes hold, by process. */
  readonly elsewhere: Map<string, Elsewhere>
  /** Since when nobody has a stream of her, in milliseconds since 1970; undefined while somebody does. */
  goneSince: number | undefined
  /** How often all were asked whether they have her, and the question got round, since she is gone. */
  asked: number
  /** The count her pages were told last. */
  shown: number
}

/**
 * Which customers have a live stream, here or in another process of the service. No event says it: the processes tell
 * each other by signals, which may be lost. So what another one told lapses only after we have told as often and heard
 * ourselves, and nobody counts as gone before a question to all has come back to us unanswered: while signals do not get
 * through, nobody is dropped. A person who is gone and not dropped costs an agent's patience; one who is dropped while
 * she is there loses her conversation.
 */
@Injectable()
export class Presence implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #contacts = new Map<string, Attendance>()
  /** Processes heard of, and how often we have told since. */
  readonly #peers = new Map<string, number>()
  readonly #listeners = new Set<(contactId: string, count: number) => void>()
  readonly #own: string
  #end = (): void => undefined
  readonly #unsubscribe: () => void

  constructor(
    private readonly clock: Clock,
    private readonly signals: Signals,
    private readonly timers: Timers,
    ids: Ids,
  ) {
    this.#own = ids.next()
    this.#unsubscribe = signals.onSignal(({ channel, event, data }) => {
      const heard = channel === PRESENCE ? heardIn(event, data) : undefined
      if (heard !== undefined) this.#hear(heard)
    })
  }

  onApplicationBootstrap(): void {
    // Whoever is there answers with all it has: nobody has to wait for the next round.
    this.#send('who', {})
    this.#end = this.timers.every('contact.attendance', TELL_EVERY, () => {
      this.#tellAll()
      return Promise.resolve()
    })
  }

  onModuleDestroy(): void {
    this.#end()
    this.#unsubscribe()
  }

  /** Calls back when another process changed on how many devices somebody is who has a stream here. */
  onCount(listener: (contactId: string, count: number) => void): void {
    this.#listeners.add(listener)
  }

  /** On how many devices she is there now, over all processes. */
  opened(contactId: string, session: string): number {
    const of = this.#of(contactId)
    of.streams = [...of.streams, deviceOf(session)]
    return this.#changed(contactId, of)
  }

  closed(contactId: string, session: string): number {
    const of = this.#of(contactId)
    const at = of.streams.indexOf(deviceOf(session))
    of.streams = of.streams.filter((_, place) => place !== at)
    return this.#changed(contactId, of)
  }

  /** Her stream is either open, or opened soon (after a start: again), or she is gone from now on. */
  expect(contactId: string): void {
    this.#of(contactId)
  }

  /** Of whom nobody has told a stream for so long. Before anything comes of it, everybody has to be asked. */
  goneFor(milliseconds: number): readonly string[] {
    const now = this.clock.now()
    return [...this.#contacts]
      .filter(([, { goneSince }]) => goneSince !== undefined && now - goneSince >= milliseconds)
      .map(([contactId]) => contactId)
  }

  /** Asks all processes whether one has a stream of these. */
  ask(contactIds: readonly string[]): void {
    for (const contacts of partsOf(contactIds)) this.#send('ask', { contacts })
  }

  /**
   * Nobody has her, as far as can be known. Our question has come back to us, so it got round; where there are others,
   * twice: their answers to the first stand before the second, even when this process slept and hears them late.
   */
  isGone(contactId: string): boolean {
    const of = this.#contacts.get(contactId)
    return of?.goneSince !== undefined && of.asked >= (this.#peers.size === 0 ? 1 : 2)
  }

  /** Nobody is connected to her yet, or she was heard of just now: being away counts from now. */
  restart(contactId: string): void {
    const of = this.#contacts.get(contactId)
    if (of?.goneSince !== undefined) this.#away(of, this.clock.now())
  }

  forget(contactId: string): void {
    this.#contacts.delete(contactId)
  }

  #of(contactId: string): Attendance {
    const known = this.#contacts.get(contactId)
    if (known !== undefined) return known
    const made: Attendance = {
      streams: [],
      elsewhere: new Map(),
      goneSince: this.clock.now(),
      asked: 0,
      shown: 0,
    }
    this.#contacts.set(contactId, made)
    return made
  }

  #changed(contactId: string, of: Attendance): number {
    this.#settle(of, this.clock.now())
    of.shown = countOf(of)
    this.#send('here', { contacts: [[contactId, devicesOf(of)]], count: of.shown })
    return of.shown
  }

  /** She is there when anybody has a stream of her, and gone since `now` when that has just ended. */
  #settle(of: Attendance, now: number): void {
    if (of.streams.length > 0 || of.elsewhere.size > 0) of.goneSince = undefined
    else if (of.goneSince === undefined) this.#away(of, now)
  }

  #away(of: Attendance, since: number): void {
    of.goneSince = since
    of.asked = 0
  }

  #hear(heard: Heard): void {
    if (heard.by === this.#own) {
      // Only what we asked and heard ourselves can have been heard by the others.
      if (heard.is === 'ask')
        for (const contactId of heard.contacts) {
          const of = this.#contacts.get(contactId)
          if (of !== undefined) of.asked += 1
        }
      if (heard.is === 'told') this.#lapse()
      return
    }
    this.#peers.set(heard.by, 0)
    switch (heard.is) {
      case 'who':
        this.#tellAll()
        return
      case 'ask': {
        const had = heard.contacts.flatMap((contactId) => {
          const of = this.#contacts.get(contactId)
          return of === undefined || of.streams.length === 0 ? [] : [[contactId, devicesOf(of)] as const]
        })
        if (had.length > 0) this.#send('here', { contacts: had })
        return
      }
      case 'here':
        this.#hearHere(heard)
        return
      case 'told':
    }
  }

  #hearHere({ by, contacts, count }: HereTold): void {
    const now = this.clock.now()
    for (const [contactId, devices] of contacts) {
      if (devices.length === 0 && !this.#contacts.has(contactId)) continue
      const of = this.#of(contactId)
      if (devices.length === 0) of.elsewhere.delete(by)
      else of.elsewhere.set(by, { devices, heardAt: now, missed: 0 })
      this.#settle(of, now)
      // Her pages heard what the other process counted; it may not have known of ours.
      if (count !== undefined) of.shown = count
      this.#show(contactId, of)
    }
  }

  /** We told everybody everything once more, and heard it: who said nothing meanwhile is nearer to being gone. */
  #lapse(): void {
    for (const [peer, missed] of this.#peers) {
      if (missed >= LAPSES_AFTER) this.#peers.delete(peer)
      else this.#peers.set(peer, missed + 1)
    }
    const now = this.clock.now()
    for (const [contactId, of] of this.#contacts) {
      for (const [peer, elsewhere] of of.elsewhere) {
        elsewhere.missed += 1
        if (elsewhere.missed <= LAPSES_AFTER) continue
        of.elsewhere.delete(peer)
        // She may have been there until that process would have told again.
        this.#settle(of, Math.min(now, elsewhere.heardAt + TELL_EVERY))
      }
      this.#show(contactId, of)
    }
  }

  #show(contactId: string, of: Attendance): void {
    const count = countOf(of)
    if (of.streams.length === 0 || count === of.shown) return
    of.shown = count
    for (const listener of this.#listeners) listener(contactId, count)
  }

  #tellAll(): void {
    const here = [...this.#contacts].filter(([, { streams }]) => streams.length > 0)
    for (const part of partsOf(here)) {
      this.#send('here', { contacts: part.map(([contactId, of]) => [contactId, devicesOf(of)]) })
    }
    this.#send('told', {})
  }

  #send(event: Heard['is'], data: Readonly<Record<string, unknown>>): void {
    this.signals.send({ channel: PRESENCE, event, data: { by: this.#own, ...data } })
  }
}

function countOf({ streams, elsewhere }: Attendance): number {
  return new Set([...streams, ...[...elsewhere.values()].flatMap(({ devices }) => devices)]).size
}

function devicesOf({ streams }: Attendance): readonly string[] {
  return [...new Set(streams)].slice(0, MOST_DEVICES)
}

/** Told apart and no more: which session it is is nobody else's business. */
function deviceOf(session: string): string {
  return sha256(session).slice(0, 16)
}

function partsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / MOST_CONTACTS) }, (_, part) =>
    items.slice(part * MOST_CONTACTS, (part + 1) * MOST_CONTACTS),
  )
}
