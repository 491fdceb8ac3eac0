import { h } from './dom'
import { button } from './panel'
import type { Panel } from './panel'
import { reasonOf } from './person'
import { newKey } from './service'
import { timeOf, whenOf } from './words'

interface Message {
  readonly id: string
  readonly author: { readonly is: 'customer' | 'automatic' } | { readonly is: 'agent'; readonly id: string }
  readonly said: string
  readonly state: string
  readonly at: string
}

interface Contact {
  readonly state: string
  readonly channel: string
  readonly agentId?: string
  readonly dueBy?: string
  readonly summary?: { readonly words: string }
}

interface Work {
  readonly wait: { readonly shown: { readonly from: number; readonly to: number | null } } | null
}

/** Written here and not confirmed yet. */
interface Outgoing {
  readonly key: string
  readonly text: string
  failed: boolean
}

const OVER: readonly string[] = ['ended', 'left', 'wrapping']
const NEAR_END = 40

/** The conversation, in place. */
export class Talk {
  readonly element: HTMLElement
  readonly #log: HTMLElement
  readonly #standing = h('p', { class: 'standing', attributes: { role: 'status' } })
  readonly #line = h('p', { class: 'quiet', attributes: { role: 'status' } })
  readonly #composer: HTMLFormElement
  readonly #text: HTMLTextAreaElement
  readonly #names = new Map<string, string>()
  readonly #ended = new AbortController()
  readonly #drawnIds = new Map<string, HTMLElement>()
  #outgoing: Outgoing[] = []
  #messages: readonly Message[] = []
  #contact: Contact | undefined
  #asking = false
  #askAgain = false
  #hadFocus = false

  constructor(
    private readonly panel: Panel,
    private readonly contactId: string,
  ) {
    const { say } = panel
    this.#log = h('div', {
      class: 'log',
      tabIndex: 0,
      attributes: { role: 'log', 'aria-label': say('chat-label') },
    })
    this.#text = h('textarea', {
      attributes: { rows: '2', maxlength: '8000', 'aria-label': say('your-message') },
    })
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
      if (matchMedia('(pointer: coarse)').matches) return
      event.preventDefault()
      this.#write()
    })
    this.#composer = h(
      'form',
      {
        class: 'composer',
        on: {
          submit: (event) => {
            event.preventDefault()
            this.#write()
          },
        },
      },
      this.#text,
      h('button', { class: 'main', attributes: { type: 'submit' } }, say('send')),
    )
    this.element = h(
      'div',
      { class: 'talk' },
      this.#standing,
      this.#log,
      this.#line,
      this.#composer,
      h(
        'div',
        { class: 'ways' },
        button(say('back'), () => {
          this.#ended.abort()
          // What was said stays; the next question begins a journey of its own.
          if (OVER.includes(this.#contact?.state ?? '')) panel.service.forget('contactId')
          panel.questions()
        }),
        button(say('end'), () => {
          void this.#end()
        }),
      ),
    )
    void panel.service.follow(`/contact/contacts/${contactId}/live`, {
      event: () => {
        this.#look()
      },
      connected: (is) => {
        this.#line.textContent = is ? '' : say('lost')
        if (is) this.#resend()
      },
      signal: this.#ended.signal,
    })
    this.#look()
  }

  /** Reads everything again; asked while it reads, it reads once more. */
  #look(): void {
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    this.#asking = true
    this.#read()
      .catch((error: unknown) => {
        this.#line.textContent = reasonOf(this.panel, error)
      })
      .finally(() => {
        this.#asking = false
        if (!this.#askAgain) return
        this.#askAgain = false
        this.#look()
      })
  }

  async #read(): Promise<void> {
    const { service } = this.panel
    const path = `/contact/contacts/${this.contactId}`
    const [contact, { items }] = await Promise.all([
      service.get<Contact>(path),
      service.get<{ readonly items: readonly Message[] }>(`${path}/messages`),
    ])
    this.#contact = contact
    this.#messages = items
    await this.#name([
      contact.agentId,
      ...items.map(({ author }) => (author.is === 'agent' ? author.id : undefined)),
    ])
    const waits = contact.state === 'waiting' || contact.state === 'ringing'
    const work = waits && contact.channel === 'chat' ? await this.#wait() : undefined
    this.#draw(work)
    const last = items.findLast(({ author }) => author.is === 'agent')
    if (last !== undefined && last.state !== 'seen' && last.state !== 'spoken') {
      service.send('PUT', `${path}/seen`, { messageId: last.id }).catch(() => undefined)
    }
  }

  async #wait(): Promise<Work | undefined> {
    try {
      return await this.panel.service.get<Work>(`/routing/work/${this.contactId}`)
    } catch {
      // Not in line yet, or out of it already.
      return undefined
    }
  }

  async #name(ids: readonly (string | undefined)[]): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => id !== undefined && !this.#names.has(id))
    if (wanted.length === 0) return
    const { items } = await this.panel.service.get<{
      readonly items: readonly { readonly id: string; readonly name: string }[]
    }>(`/identity/names?ids=${wanted.join(',')}`)
    for (const { id, name } of items) this.#names.set(id, name.split(/\s+/)[0] ?? name)
  }

  #draw(work?: Work): void {
    const { say } = this.panel
    const { state = 'waiting', channel, agentId, dueBy, summary } = this.#contact ?? {}
    const over = OVER.includes(state)
    const name = agentId === undefined ? undefined : this.#names.get(agentId)
    this.#standing.textContent = over
      ? say('ended')
      : channel === 'message' && agentId === undefined
        ? say('message-sent', {
            by:
              dueBy === undefined ? '' : say('by', { time: whenOf(dueBy, this.panel.mount.asked.language) }),
          })
        : state === 'connected' || state === 'dropped'
          ? this.#met(name)
          : this.#expected(work)
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END
    this.#drawLines(summary?.words)
    if (atEnd) this.#log.scrollTop = this.#log.scrollHeight
    this.#composer.hidden = over
    const end = this.element.querySelector<HTMLElement>('.ways button:last-child')
    if (end !== null) end.hidden = over
    if (!this.#hadFocus && !over && this.element.isConnected) {
      this.#hadFocus = true
      if (!matchMedia('(pointer: coarse)').matches) this.#text.focus({ preventScroll: true })
    }
  }

  #met(name: string | undefined): string {
    const { say } = this.panel
    const known = this.panel.known()
    const who = name === undefined ? say('with-someone') : say('with', { name })
    return known.length === 0 || name === undefined
      ? `${who}.`
      : `${who}. ${say('knows', { name, what: known.join(', ') })}.`
  }

  #expected(work: Work | undefined): string {
    const seconds = work?.wait?.shown.to
    const { say } = this.panel
    return typeof seconds !== 'number' || seconds < 60
      ? say('waiting')
      : say('waiting-about', { minutes: String(Math.round(seconds / 60)) })
  }

  /** Lines are added and mended, never drawn anew: who listens to the log hears each once. */
  #drawLines(summary: string | undefined): void {
    const { say, mount } = this.panel
    const { language } = mount.asked
    for (const { id, author, said, state, at } of this.#messages) {
      const mine = author.is === 'customer'
      const name = mine
        ? say('you')
        : author.is === 'agent'
          ? (this.#names.get(author.id) ?? say('someone'))
          : say('someone')
      const under =
        mine && state === 'seen' ? say('seen') : mine && state === 'delivered' ? say('delivered') : ''
      const small = [name, timeOf(at, language), under].filter((word) => word !== '').join(', ')
      const line = this.#drawnIds.get(id)
      if (line === undefined) this.#add(id, mine, said, small)
      else setText(line, 'small', small)
    }
    for (const { key, text, failed } of this.#outgoing) {
      const small = failed ? say('not-sent') : say('sending')
      const line = this.#drawnIds.get(key)
      if (line === undefined) this.#add(key, true, text, small)
      else setText(line, 'small', small)
    }
    if (summary !== undefined && !this.#drawnIds.has('summary')) this.#add('summary', false, summary, '')
  }

  #add(id: string, mine: boolean, said: string, small: string): void {
    const line = h(
      'div',
      { class: mine ? 'line mine' : 'line' },
      h('p', { attributes: { dir: 'auto' } }, said),
      h('small', {}, small),
    )
    this.#drawnIds.set(id, line)
    this.#log.append(line)
  }

  #write(): void {
    const text = this.#text.value.trim()
    if (text === '') return
    this.#text.value = ''
    const outgoing: Outgoing = { key: newKey(), text, failed: false }
    this.#outgoing.push(outgoing)
    this.#draw()
    this.#log.scrollTop = this.#log.scrollHeight
    void this.#post(outgoing)
  }

  async #post(outgoing: Outgoing): Promise<void> {
    const { service } = this.panel
    try {
      const { id } = await service.send<{ readonly id: string }>(
        'POST',
        `/contact/contacts/${this.contactId}/messages`,
        { text: outgoing.text },
        outgoing.key,
      )
      this.#outgoing = this.#outgoing.filter((each) => each !== outgoing)
      // The same line goes on under the name that the server gave it.
      const line = this.#drawnIds.get(outgoing.key)
      const heard = this.#drawnIds.get(id)
      this.#drawnIds.delete(outgoing.key)
      if (heard !== undefined) line?.remove()
      else if (line !== undefined) this.#drawnIds.set(id, line)
      this.#look()
    } catch (error) {
      outgoing.failed = true
      this.#line.textContent = reasonOf(this.panel, error)
      this.#draw()
    }
  }

  #resend(): void {
    for (const outgoing of this.#outgoing.filter(({ failed }) => failed)) {
      outgoing.failed = false
      void this.#post(outgoing)
    }
  }

  async #end(): Promise<void> {
    const { service } = this.panel
    const waits = this.#contact?.state === 'waiting' || this.#contact?.state === 'ringing'
    const path = `/contact/contacts/${this.contactId}`
    try {
      if (waits) await service.send('POST', `${path}/leave`, { why: 'gave-up' })
      else await service.send('POST', `${path}/end`)
      this.#look()
    } catch (error) {
      this.#line.textContent = reasonOf(this.panel, error)
    }
  }
}

function setText(line: HTMLElement, name: string, words: string): void {
  const part = line.querySelector(name)
  if (part !== null && part.textContent !== words) part.textContent = words
}
