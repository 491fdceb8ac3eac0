import en from '../words/en/widget-tag.json'
import pt from '../words/pt/widget-tag.json'
import css from './widget.css?inline'

/** What the page says on its script tag. */
export interface Asked {
  /** Where our API and our files are: where this script came from. */
  readonly origin: string
  /** What the page is about: `Vik 60`. */
  readonly thing: string | undefined
  /** Kind of thing whose reasons are shown; a product looked at and not owned is an enquiry. */
  readonly kind: string
  /** The shop's own number of it. */
  readonly reference: string | undefined
  readonly language: 'en' | 'pt'
  /** Our letters instead of the page's. */
  readonly ownFont: boolean
}

/** Where the panel lives, and what it may do to the part that is always there. */
export interface Mount {
  readonly asked: Asked
  readonly root: ShadowRoot
  readonly body: HTMLElement
  readonly close: () => void
}

const WORDS = { en, pt } as const

/** Put in by the build: the panel's address, seen from this script; its name holds a digest. */
declare const __PANEL: string
/** Put in by the build: plain `import`, that no bundler looks into. */
declare function __import(address: string): Promise<{ readonly open: (mount: Mount) => void }>

const SVG = 'http://www.w3.org/2000/svg'

// The page may run this script more than once, as by a router that brings the same tag again: each tag gets one.
const placed = new WeakSet<Element>()

place(document.currentScript)

function place(script: HTMLOrSVGScriptElement | null): void {
  if (!(script instanceof HTMLScriptElement) || placed.has(script)) return
  placed.add(script)
  const { thing, kind = 'product', reference, target, font, scheme } = script.dataset
  const written = (script.closest('[lang]') ?? document.documentElement).getAttribute('lang') ?? ''
  const asked: Asked = {
    origin: new URL(script.src).origin,
    thing: thing === undefined || thing.trim() === '' ? undefined : thing.trim(),
    kind: kind === 'product' ? 'enquiry' : kind,
    reference,
    language: /^pt\b/i.test(written) ? 'pt' : 'en',
    ownFont: font === 'own',
  }
  // A name of its own, so that no rule of the page for its own elements is meant for it.
  const host = document.createElement('throughline-help')
  if (scheme !== undefined) host.setAttribute('scheme', scheme)
  const at = target === undefined ? null : document.querySelector(target)
  if (at === null) script.after(host)
  else at.append(host)
  // In full: a script of another origin does not count as a place to look from.
  build(host, asked, new URL(__PANEL, script.src).href)
}

function build(host: HTMLElement, asked: Asked, panel: string): void {
  const words = WORDS[asked.language]
  const root = host.attachShadow({ mode: 'open' })
  // Neither a style element nor a style attribute: the page's own policy need not allow them.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]

  const section = element('section', 'box')
  const head = element('button', 'head')
  const label = element('span', 'ask')
  const body = element('div', 'body')
  const stay = element('p', 'stay')
  label.textContent =
    asked.thing === undefined ? words.questions : words.ask.replace('{{thing}}', asked.thing)
  stay.textContent = words.stay
  head.setAttribute('type', 'button')
  head.setAttribute('aria-expanded', 'false')
  head.append(
    drawn('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 17v.01M12 13.5a1.5 1.5 0 0 1 1-1.5 2.6 2.6 0 1 0-3-4'),
    label,
    drawn('M6 9l6 6 6-6', 'open'),
    drawn('M18 6 6 18M6 6l12 12', 'shut'),
  )
  section.setAttribute('aria-label', label.textContent)
  section.append(head, body)
  root.append(section, stay)
  body.hidden = true

  const close = (): void => {
    body.hidden = true
    head.setAttribute('aria-expanded', 'false')
    head.focus()
  }
  let loaded = false
  head.addEventListener('click', () => {
    if (!body.hidden) {
      close()
      return
    }
    body.hidden = false
    head.setAttribute('aria-expanded', 'true')
    if (loaded) return
    loaded = true
    __import(panel).then(
      ({ open }) => {
        open({ asked, root, body, close })
      },
      () => {
        // Pressed again it is asked for again.
        loaded = false
        close()
      },
    )
  })
  root.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent)) return
    if (event.key === 'Escape' && !body.hidden) {
      event.stopPropagation()
      close()
    }
  })
  // What is typed in here is no shortcut of the page: from outside, all of it seems to come from one plain element.
  for (const name of ['keydown', 'keypress', 'keyup']) {
    section.addEventListener(name, (event) => {
      const [target] = event.composedPath()
      const writes = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
      if (writes && (event as KeyboardEvent).key !== 'Escape') event.stopPropagation()
    })
  }
}

function element(name: string, part: string): HTMLElement {
  const made = document.createElement(name)
  made.className = part
  return made
}

function drawn(path: string, part = 'mark'): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', part)
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}
