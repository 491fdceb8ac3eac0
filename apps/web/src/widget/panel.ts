import font from '@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2?url'
import { h, icon, put } from './dom'
import { Keeping } from './keeping'
import css from './panel.css?inline'
import { Person } from './person'
import { Reading } from './reading'
import { Refusal, Service } from './service'
import { Talk } from './talk'
import type { Mount } from './widget'
import { saying } from './words'
import type { Say } from './words'

export interface Reason {
  readonly code: string
  readonly label: string
  readonly details: readonly { readonly code: string; readonly label: string }[]
}

/** What the parts of the panel share. */
export interface Panel {
  readonly service: Service
  readonly mount: Mount
  readonly say: Say
  /** The journey of this visit with the thing of this page in it; begun by the first press that needs one. */
  journey(): Promise<string>
  /** What is known so far, in a few words. */
  known(): readonly string[]
  read(title: string): void
  /** How often she pressed something before she asked. */
  presses(): number
  talk(contactId: string): void
  questions(): void
}

/** Fills the opened widget. Called once for each; what is shown later is kept by the parts themselves. */
export function open(mount: Mount): void {
  const { asked, root, body } = mount
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  if (asked.ownFont) void ownLetters(root)
  const service = new Service(asked.origin)
  const say = saying(asked.language)
  if (service.visit.thing !== asked.thing) service.forget('journeyId', 'reason', 'detail', 'contactId')
  const titles = new Set<string>()
  let presses = 1
  body.addEventListener('click', () => {
    presses += 1
  })
  let beginning: Promise<string> | undefined
  const panel: Panel = {
    service,
    mount,
    say,
    journey: () => {
      beginning ??= begin(service, mount).catch((error: unknown) => {
        beginning = undefined
        throw error
      })
      return beginning
    },
    known: () => [
      ...(asked.thing === undefined ? [] : [asked.thing]),
      ...(service.visit.reason === undefined ? [] : [reading.labelOf(service.visit.reason)]),
      ...(service.visit.detail === undefined ? [] : [reading.labelOf(service.visit.detail)]),
      ...titles,
    ],
    read: (title) => {
      titles.add(title)
    },
    presses: () => presses,
    talk: (contactId) => {
      service.remember({ contactId })
      put(body, new Talk(panel, contactId).element, new Keeping(panel).element)
    },
    questions: () => {
      put(body, reading.element, new Person(panel).element)
    },
  }
  const reading = new Reading(panel)
  const load = (): void => {
    put(body, h('p', { class: 'quiet', attributes: { role: 'status' } }, say('loading')))
    reading.load().then(
      () => {
        const { contactId } = service.visit
        if (contactId === undefined) panel.questions()
        else panel.talk(contactId)
      },
      (error: unknown) => {
        put(body, failed(panel, error, load))
      },
    )
  }
  load()
}

async function begin(service: Service, { asked }: Mount): Promise<string> {
  if (service.visit.journeyId !== undefined) return service.visit.journeyId
  const { origin, pathname } = location
  const { id } = await service.send<{ readonly id: string }>('POST', '/journey/journeys', {
    entrance: 'product-page',
    stage: 'discovery',
    page: `${origin}${pathname}`.slice(0, 500),
  })
  if (asked.thing !== undefined) {
    await service.send('PUT', `/journey/journeys/${id}/item`, {
      product: { title: asked.thing.slice(0, 200), product: (asked.reference ?? asked.thing).slice(0, 100) },
    })
  }
  service.remember({ journeyId: id, ...(asked.thing !== undefined && { thing: asked.thing }) })
  return id
}

/** Says what did not work, and asks again. */
export function failed({ say }: Panel, error: unknown, again: () => void): HTMLElement {
  const code = error instanceof Refusal ? error.code : 'widget.failed'
  return h(
    'div',
    { class: 'failed', attributes: { role: 'alert' } },
    h('p', {}, say('failed')),
    h('button', { class: 'plain', attributes: { type: 'button' }, on: { click: again } }, say('again')),
    h('small', {}, code),
  )
}

/** A button with what it does, and a drawing beside it. */
export function button(
  words: string,
  on: () => void,
  { main = false, drawing }: { readonly main?: boolean; readonly drawing?: Parameters<typeof icon>[0] } = {},
): HTMLButtonElement {
  return h(
    'button',
    { class: main ? 'main' : 'plain', attributes: { type: 'button' }, on: { click: on } },
    drawing !== undefined && icon(drawing),
    words,
  )
}

async function ownLetters(root: ShadowRoot): Promise<void> {
  const name = 'Throughline Hanken'
  try {
    const face = new FontFace(name, `url(${new URL(font, import.meta.url).href})`, { weight: '100 900' })
    document.fonts.add(await face.load())
    if (root.host instanceof HTMLElement) root.host.style.fontFamily = `"${name}", sans-serif`
  } catch {
    // The page's letters then.
  }
}
