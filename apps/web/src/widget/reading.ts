import { h, icon, put } from './dom'
import { drawn, parse } from './markdown'
import { failed } from './panel'
import type { Panel, Reason } from './panel'
import { Refusal } from './service'

interface Shown {
  readonly id: string
  readonly kind: 'guide' | 'faq' | 'community'
  readonly title: string
  readonly summary: string
}

const MOST = 4
const LETTERS_A_MINUTE = 1_000
const SECOND = 1_000

/** Reasons of the thing as pills, and what there is to read about the chosen one. */
export class Reading {
  readonly element = h('div')
  readonly #articles = h('div', { class: 'articles', attributes: { 'aria-live': 'polite' } })
  #reasons: readonly Reason[] = []
  #asked = 0

  constructor(private readonly panel: Panel) {}

  /** @throws Refusal */
  async load(): Promise<void> {
    const { service, mount } = this.panel
    try {
      const { kinds } = await service.get<{
        readonly kinds: readonly { readonly kind: string; readonly reasons: readonly Reason[] }[]
      }>('/my-stuff/reasons/reasons', true)
      this.#reasons = kinds.find(({ kind }) => kind === mount.asked.kind)?.reasons ?? []
    } catch (error) {
      // None were published: then a person is all there is.
      if (!(error instanceof Refusal) || error.status !== 404) throw error
    }
    this.#show()
    if (service.visit.reason !== undefined) this.#suggest()
  }

  labelOf(code: string): string {
    for (const { code: own, label, details } of this.#reasons) {
      if (own === code) return label
      const detail = details.find((each) => each.code === code)
      if (detail !== undefined) return detail.label
    }
    return code
  }

  #show(): void {
    const { service, say } = this.panel
    const { reason, detail } = service.visit
    const details = this.#reasons.find(({ code }) => code === reason)?.details ?? []
    put(
      this.element,
      this.#reasons.length > 0 &&
        this.#pills(say('reasons'), 'reason', this.#reasons, reason, (code) => {
          this.#choose(code)
        }),
      details.length > 0 &&
        this.#pills(say('details'), 'detail', details, detail, (code) => {
          this.#choose(reason ?? '', code)
        }),
      this.#articles,
    )
  }

  #pills(
    legend: string,
    name: string,
    choices: readonly { readonly code: string; readonly label: string }[],
    chosen: string | undefined,
    choose: (code: string) => void,
  ): HTMLElement {
    return h(
      'fieldset',
      { class: 'pills' },
      h('legend', { class: 'unseen' }, legend),
      ...choices.map(({ code, label }) =>
        h(
          'label',
          {},
          h('input', {
            attributes: { type: 'radio', name, value: code, checked: code === chosen },
            on: {
              change: () => {
                choose(code)
              },
            },
          }),
          h('span', {}, label),
        ),
      ),
    )
  }

  #choose(reason: string, detail?: string): void {
    const { service } = this.panel
    const levels = this.#reasons.find(({ code }) => code === service.visit.reason)?.details ?? []
    service.forget('detail')
    service.remember({ reason, ...(detail !== undefined && { detail }) })
    const next = this.#reasons.find(({ code }) => code === reason)?.details ?? []
    // A second row comes or goes; the first stays, with the focus in it.
    if (detail === undefined && (levels.length > 0 || next.length > 0)) {
      const level = next.length > 0 ? this.#detailPills(reason, next) : undefined
      this.element.querySelectorAll('.pills').forEach((pills, place) => {
        if (place > 0) pills.remove()
      })
      if (level !== undefined) this.#articles.before(level)
    }
    this.#suggest()
  }

  #detailPills(reason: string, details: Reason['details']): HTMLElement {
    return this.#pills(this.panel.say('details'), 'detail', details, undefined, (code) => {
      this.#choose(reason, code)
    })
  }

  #suggest(): void {
    const turn = (this.#asked += 1)
    this.#find().then(
      (found) => {
        if (turn === this.#asked) this.#list(found)
      },
      (error: unknown) => {
        if (turn !== this.#asked) return
        put(
          this.#articles,
          failed(this.panel, error, () => {
            this.#suggest()
          }),
        )
      },
    )
  }

  async #find(): Promise<readonly Shown[]> {
    const { service, mount } = this.panel
    const journeyId = await this.panel.journey()
    const { reason = '', detail } = service.visit
    await service.send('PUT', `/journey/journeys/${journeyId}/reason`, {
      code: reason,
      ...(detail !== undefined && { detail }),
    })
    const asked = new URLSearchParams({
      thing: mount.asked.kind,
      reason,
      journeyId,
      ...(detail !== undefined && { detail }),
    })
    const { guides, faq, community } = await service.get<
      Readonly<Record<'guides' | 'faq' | 'community', readonly Shown[]>>
    >(`/knowledge/suggestions?${asked.toString()}`)
    return [...guides, ...faq, ...community].slice(0, MOST)
  }

  #list(found: readonly Shown[]): void {
    if (found.length === 0) put(this.#articles, h('p', { class: 'quiet' }, this.panel.say('nothing')))
    else put(this.#articles, ...found.map((each) => this.#article(each)))
  }

  #article({ id, kind, title }: Shown): HTMLElement {
    const { say } = this.panel
    const text = h('div', { class: 'text', hidden: true })
    let opened: Opened | undefined
    const head = h(
      'button',
      {
        class: 'article',
        attributes: { type: 'button', 'aria-expanded': 'false' },
        on: {
          click: () => {
            text.hidden = !text.hidden
            head.setAttribute('aria-expanded', String(!text.hidden))
            if (text.hidden) opened?.leave()
            else if (opened !== undefined) opened.enter()
            else {
              opened = new Opened(this.panel, id, text, () => {
                opened = undefined
              })
            }
          },
        },
      },
      icon(kind),
      h('span', {}, h('strong', {}, title), h('small', {}, `${say(`kind-${kind}`)}. ${say('opens-here')}`)),
      icon('down'),
    )
    return h('div', {}, head, text)
  }
}

/** An article that stands open: its text, whether it helped, and how long it was read. */
class Opened {
  #since: number | undefined = Date.now()
  #read = 0
  #readingId: string | undefined

  constructor(
    private readonly panel: Panel,
    private readonly id: string,
    private readonly into: HTMLElement,
    lost: () => void,
  ) {
    put(into, h('p', { class: 'quiet' }, panel.say('loading')))
    this.#load().catch((error: unknown) => {
      put(
        into,
        failed(panel, error, () => {
          void this.#load().catch(lost)
        }),
      )
    })
    addEventListener('pagehide', () => {
      this.leave()
    })
  }

  enter(): void {
    this.#since ??= Date.now()
  }

  leave(): void {
    if (this.#since === undefined) return
    this.#read += Date.now() - this.#since
    this.#since = undefined
    if (this.#readingId === undefined) return
    const dwell = Math.min(86_400, Math.round(this.#read / SECOND))
    // How long it was read is good to know; nobody waits for it.
    this.panel.service
      .send('POST', `/knowledge/readings/${this.#readingId}/leave`, { dwell })
      .catch(() => undefined)
  }

  async #load(): Promise<void> {
    const { service, say } = this.panel
    const journeyId = await this.panel.journey()
    const article = await service.get<{
      readonly title: string
      readonly body: string
      readonly version: number
    }>(`/knowledge/articles/${this.id}`)
    this.panel.read(article.title)
    const reading = await service.send<{ readonly id: string }>('POST', '/knowledge/readings', {
      articleId: this.id,
      journeyId,
      version: article.version,
    })
    this.#readingId = reading.id
    const minutes = Math.max(1, Math.round(article.body.length / LETTERS_A_MINUTE))
    const said = h('p', { class: 'said', attributes: { role: 'status' } })
    put(
      this.into,
      h('p', { class: 'quiet' }, say('minutes', { count: String(minutes) })),
      drawnText(article.body),
      h(
        'div',
        { class: 'helped', attributes: { role: 'group', 'aria-label': say('helped') } },
        h('span', {}, say('helped')),
        ...([true, false] as const).map((helped) =>
          h(
            'button',
            {
              class: 'plain',
              attributes: { type: 'button', 'aria-pressed': 'false' },
              on: {
                click: ({ currentTarget }) => {
                  this.#rate(helped, currentTarget, said)
                },
              },
            },
            say(helped ? 'yes' : 'no'),
          ),
        ),
      ),
      said,
    )
  }

  #rate(helped: boolean, pressed: EventTarget | null, said: HTMLElement): void {
    const { service, say } = this.panel
    for (const each of this.into.querySelectorAll('.helped button')) {
      each.setAttribute('aria-pressed', String(each === pressed))
    }
    service.send('PUT', `/knowledge/readings/${this.#readingId ?? ''}/rating`, { helped }).then(
      () => {
        said.textContent = say(helped ? 'thanks-yes' : 'thanks-no')
      },
      (error: unknown) => {
        said.textContent = say('wrong', { why: error instanceof Error ? error.message : '' })
      },
    )
  }
}

function drawnText(body: string): HTMLElement {
  const text = h('div', { class: 'markdown' })
  text.append(drawn(parse(body)))
  return text
}
