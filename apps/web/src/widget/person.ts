import { h, put } from './dom'
import { button, failed } from './panel'
import type { Panel } from './panel'
import { newKey, Refusal } from './service'
import { timeOf, whenOf } from './words'

const CHANNELS = ['chat', 'callback', 'message', 'phone'] as const
type Channel = (typeof CHANNELS)[number]

interface Standing {
  readonly channel: string
  readonly open: boolean
  readonly until: string | null
  readonly opensAt: string | null
  readonly wait: { readonly shown: { readonly from: number; readonly to: number | null } } | null
}

interface Slot {
  readonly from: string
  readonly until: string
}

interface Offered {
  readonly channel: string
  readonly answerBy: string | null
  readonly slots?: readonly Slot[]
}

interface Offer {
  readonly id: string
  readonly channels: readonly Offered[]
  readonly notOffered: readonly { readonly channel: string; readonly opensAt: string | null }[]
}

const NOT_NUMBER = /[^\d+]/g
const FEWEST_DIGITS = 6

/** The way to a person: what stands open, and then the one that was pressed, in place. */
export class Person {
  readonly element = h('div', { class: 'person' })

  constructor(private readonly panel: Panel) {
    this.#load()
  }

  #load(): void {
    const { service, say } = this.panel
    put(this.element, this.#head(say('asking')))
    service.get<{ readonly items: readonly Standing[] }>('/routing/channels', true).then(
      ({ items }) => {
        this.#choices(items)
      },
      (error: unknown) => {
        put(
          this.element,
          failed(this.panel, error, () => {
            this.#load()
          }),
        )
      },
    )
  }

  #head(line: string): HTMLElement {
    const { say } = this.panel
    return h('div', {}, h('strong', {}, say('person')), h('small', { attributes: { role: 'status' } }, line))
  }

  #choices(standing: readonly Standing[]): void {
    const { say, mount } = this.panel
    const { language } = mount.asked
    const open = standing.filter((each) => each.open).flatMap(({ channel }) => known(channel))
    const best = standing.find((each) => each.open && known(each.channel).length > 0)
    const opening = standing.find(({ channel, opensAt }) => opensAt !== null && known(channel).length > 0)
    const line =
      best === undefined
        ? [
            say('closed'),
            typeof opening?.opensAt === 'string'
              ? `${say('opens', { channel: nameOf(this.panel, opening.channel), time: whenOf(opening.opensAt, language) })}.`
              : '',
          ].join(' ')
        : `${say('no-sign-in')} ${this.#standing(best)}`
    put(
      this.element,
      this.#head(line),
      h(
        'div',
        { class: 'ways' },
        // The best one last, where the hand is.
        ...open.toReversed().map((channel, place) =>
          button(
            say(channel),
            () => {
              this.#ask(channel)
            },
            { main: place === open.length - 1, drawing: channel },
          ),
        ),
      ),
    )
  }

  #standing({ channel, wait, until }: Standing): string {
    const { say, mount } = this.panel
    const name = nameOf(this.panel, channel)
    const seconds = wait?.shown.to ?? wait?.shown.from
    const about =
      seconds === undefined
        ? name
        : seconds <= 60
          ? say('under-a-minute', { channel: name })
          : say('about', { channel: name, minutes: String(Math.round(seconds / 60)) })
    return until === null ? about : `${about}, ${say('until', { time: timeOf(until, mount.asked.language) })}`
  }

  #ask(channel: Channel): void {
    const { say } = this.panel
    put(this.element, this.#head(say('asking')))
    this.#offer().then(
      (offer) => {
        const offered = offer.channels.find((each) => each.channel === channel)
        if (offered === undefined) this.#choices(standingOf(offer))
        else if (channel === 'chat') this.#chat(offer)
        else this.#form(channel, offer, offered)
      },
      (error: unknown) => {
        this.#wrong(error)
      },
    )
  }

  async #offer(): Promise<Offer> {
    const journeyId = await this.panel.journey()
    return this.panel.service.send<Offer>('POST', '/routing/offers', { journeyId })
  }

  #chat(offer: Offer): void {
    this.#request(offer, 'chat', {}).then(
      (id) => {
        this.panel.talk(id)
      },
      (error: unknown) => {
        this.#wrong(error)
      },
    )
  }

  async #request(offer: Offer, channel: Channel, more: object, key = newKey()): Promise<string> {
    const { service } = this.panel
    const journeyId = await this.panel.journey()
    const { id } = await service.send<{ readonly id: string }>(
      'POST',
      '/contact/contacts',
      { journeyId, decisionId: offer.id, channel, presses: this.panel.presses(), ...more },
      key,
    )
    return id
  }

  #wrong(error: unknown): void {
    put(
      this.element,
      failed(this.panel, error, () => {
        this.#load()
      }),
    )
  }

  #form(channel: Channel, offer: Offer, offered: Offered): void {
    const { say } = this.panel
    const known = this.panel.known()
    const head = h(
      'div',
      {},
      h('strong', { tabIndex: -1 }, say(channel)),
      known.length > 0 && h('small', {}, say('known', { what: known.join(', ') })),
    )
    const form =
      channel === 'phone'
        ? this.#call(offer)
        : channel === 'callback'
          ? this.#callback(offer, offered)
          : this.#message(offer, offered)
    put(
      this.element,
      head,
      form,
      button(say('back'), () => {
        this.#load()
      }),
    )
    head.querySelector('strong')?.focus()
  }

  #call(offer: Offer): HTMLElement {
    const { service, say } = this.panel
    const line = h('p', {}, say('asking'))
    const ring = async (): Promise<void> => {
      const { phone } = await service.get<{ readonly phone: string | null }>('/platform/about', true)
      if (phone === null) {
        line.textContent = say('closed')
        return
      }
      await this.#request(offer, 'phone', {})
      put(
        line,
        h(
          'a',
          { class: 'main', attributes: { href: `tel:${phone.replace(NOT_NUMBER, '')}` } },
          say('call-now', { number: phone }),
        ),
      )
    }
    ring().catch((error: unknown) => {
      this.#wrong(error)
    })
    return line
  }

  #callback(offer: Offer, { slots = [] }: Offered): HTMLElement {
    const { service, say, mount } = this.panel
    const { language } = mount.asked
    const number = h('input', {
      attributes: { type: 'tel', autocomplete: 'tel', maxlength: '40', 'aria-describedby': 'number-wrong' },
    })
    const wrong = h('p', { class: 'wrong', id: 'number-wrong', attributes: { role: 'alert' } })
    let slot = slots[0]
    const key = newKey()
    const submit = async (): Promise<void> => {
      const given = number.value.trim()
      if (given.replaceAll(/\D/g, '').length < FEWEST_DIGITS) {
        wrong.textContent = say('number-missing')
        number.focus()
        return
      }
      const journeyId = await this.panel.journey()
      await service.send('POST', `/journey/journeys/${journeyId}/facts`, {
        name: 'phone',
        label: say('number'),
        value: given,
      })
      await this.#request(
        offer,
        'callback',
        slot === undefined ? {} : { callFrom: slot.from, callUntil: slot.until },
        key,
      )
      put(
        this.element,
        h(
          'p',
          { attributes: { role: 'status' }, tabIndex: -1 },
          slot === undefined
            ? say('call-booked-soon', { number: given })
            : say('call-booked', { number: given, when: spanOf(slot, language) }),
        ),
      )
      this.element.querySelector('p')?.focus()
    }
    return h(
      'form',
      {
        attributes: { novalidate: true },
        on: {
          submit: (event) => {
            event.preventDefault()
            submit().catch((error: unknown) => {
              wrong.textContent = reasonOf(this.panel, error)
            })
          },
        },
      },
      h('label', {}, h('span', {}, say('number')), number),
      wrong,
      slots.length > 0 &&
        h(
          'fieldset',
          { class: 'pills' },
          h('legend', {}, say('when')),
          ...slots.map((each, place) =>
            h(
              'label',
              {},
              h('input', {
                attributes: { type: 'radio', name: 'slot', checked: place === 0 },
                on: {
                  change: () => {
                    slot = each
                  },
                },
              }),
              h('span', {}, spanOf(each, language)),
            ),
          ),
        ),
      h('button', { class: 'main', attributes: { type: 'submit' } }, say('call-me')),
    )
  }

  #message(offer: Offer, { answerBy }: Offered): HTMLElement {
    const { say, mount } = this.panel
    const text = h('textarea', {
      attributes: { rows: '4', maxlength: '8000', 'aria-describedby': 'message-wrong' },
    })
    const wrong = h('p', { class: 'wrong', id: 'message-wrong', attributes: { role: 'alert' } })
    const key = newKey()
    return h(
      'form',
      {
        attributes: { novalidate: true },
        on: {
          submit: (event) => {
            event.preventDefault()
            const words = text.value.trim()
            if (words === '') {
              wrong.textContent = say('message-missing')
              text.focus()
              return
            }
            this.#request(offer, 'message', { words }, key).then(
              (id) => {
                this.panel.talk(id)
              },
              (error: unknown) => {
                wrong.textContent = reasonOf(this.panel, error)
              },
            )
          },
        },
      },
      h('label', {}, h('span', {}, say('your-message')), text),
      wrong,
      answerBy !== null && h('small', {}, say('answer-by', { time: whenOf(answerBy, mount.asked.language) })),
      h('button', { class: 'main', attributes: { type: 'submit' } }, say('send-message')),
    )
  }
}

function known(channel: string): readonly Channel[] {
  return CHANNELS.filter((each) => each === channel)
}

function nameOf({ say }: Panel, channel: string): string {
  return known(channel).map((each) => say(each))[0] ?? channel
}

function standingOf({ channels, notOffered }: Offer): readonly Standing[] {
  return [
    ...channels.map(({ channel }) => ({ channel, open: true, until: null, opensAt: null, wait: null })),
    ...notOffered.map(({ channel, opensAt }) => ({
      channel,
      open: false,
      until: null,
      opensAt,
      wait: null,
    })),
  ]
}

function spanOf({ from, until }: Slot, language: 'en' | 'pt'): string {
  return `${whenOf(from, language)}–${timeOf(until, language)}`
}

export function reasonOf({ say }: Panel, error: unknown): string {
  return error instanceof Refusal && error.status === 0
    ? say('lost')
    : say('wrong', { why: error instanceof Error ? error.message : '' })
}
