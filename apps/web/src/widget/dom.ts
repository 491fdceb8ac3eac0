type Child = Node | string | undefined | false

type Wish<Name extends keyof HTMLElementTagNameMap> = Readonly<{
  class?: string
  on?: Readonly<Record<string, (event: Event) => void>>
  attributes?: Readonly<Record<string, string | boolean | undefined>>
}> &
  Readonly<Partial<Pick<HTMLElementTagNameMap[Name], 'hidden' | 'id' | 'tabIndex'>>>

/** An element with what is in it. Texts become text nodes; nothing is ever read as HTML. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: part, on = {}, attributes = {}, ...own }: Wish<Name> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (part !== undefined) made.className = part
  Object.assign(made, own)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '')
    else if (typeof value === 'string') made.setAttribute(key, value)
  }
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener)
  put(made, ...children)
  return made
}

/** Replaces what is in an element. */
export function put(into: Element, ...children: readonly Child[]): void {
  into.replaceChildren(...children.filter((child) => child !== undefined && child !== false))
}

const SVG = 'http://www.w3.org/2000/svg'

const PATHS = {
  guide: 'M6 4h11a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1M5 16h13M9 8h5',
  faq: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 17v.01M12 13.5a1.5 1.5 0 0 1 1-1.5 2.6 2.6 0 1 0-3-4',
  community:
    'M21 14l-3-3h-7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1zM14 15v2a1 1 0 0 1-1 1H6l-3 3V11a1 1 0 0 1 1-1h2',
  chat: 'M3 20l1.3-3.9A9 8 0 1 1 7.7 19z',
  callback:
    'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2M15 9l5-5M15 5v4h4',
  phone: 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2',
  message: 'M4 6h16v12H4zM4 7l8 6 8-6',
  down: 'M6 9l6 6 6-6',
} as const

export type Drawing = keyof typeof PATHS

export function icon(of: Drawing): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', PATHS[of])
  svg.append(path)
  return svg
}
