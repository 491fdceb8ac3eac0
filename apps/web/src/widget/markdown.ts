/** Markdown as a tree of a few known elements; whatever else is written stays the text it is. */
export type Node = string | { readonly is: Tag; readonly href?: string; readonly in: readonly Node[] }
export type Tag =
  'h3' | 'p' | 'ul' | 'ol' | 'li' | 'pre' | 'blockquote' | 'strong' | 'em' | 'code' | 'a' | 'br'

const SAFE = /^(https?:\/\/|mailto:|tel:)/i
const ITEM = /^\s{0,3}(?:([-*+])|\d{1,9}[.)])\s+(.*)$/
const LONGEST = 20_000

/** Blocks of a text: headings, paragraphs, lists, code and quotes. */
export function parse(text: string): readonly Node[] {
  const lines = text.slice(0, LONGEST).replaceAll('\r\n', '\n').split('\n')
  const blocks: Node[] = []
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? ''
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)
    if (line.trim() === '') at += 1
    else if (heading !== null) {
      blocks.push({ is: 'h3', in: inline(heading[1] ?? '') })
      at += 1
    } else if (line.startsWith('```')) {
      const end = lines.findIndex((each, place) => place > at && each.startsWith('```'))
      const stop = end === -1 ? lines.length : end
      blocks.push({ is: 'pre', in: [lines.slice(at + 1, stop).join('\n')] })
      at = stop + 1
    } else {
      const kind = ITEM.test(line) ? 'list' : line.startsWith('>') ? 'quote' : 'text'
      const from = at
      while (at < lines.length && (at === from || goesOn(kind, lines[at] ?? ''))) at += 1
      blocks.push(block(kind, lines.slice(from, at)))
    }
  }
  return blocks
}

type Kind = 'list' | 'quote' | 'text'

function goesOn(kind: Kind, line: string): boolean {
  if (line.trim() === '' || /^(#{1,6}\s|```)/.test(line)) return false
  return kind === 'list' || (!ITEM.test(line) && (kind === 'quote' || !line.startsWith('>')))
}

function block(kind: Kind, lines: readonly string[]): Node {
  if (kind === 'quote') {
    return { is: 'blockquote', in: inline(lines.map((line) => line.replace(/^>\s?/, '')).join(' ')) }
  }
  if (kind === 'text') return { is: 'p', in: inline(lines.join(' ')) }
  const items: string[] = []
  for (const line of lines) {
    const item = ITEM.exec(line)
    // A line that begins no item goes on with the one before.
    if (item === null) items.push(`${items.pop() ?? ''} ${line.trim()}`)
    else items.push(item[2] ?? '')
  }
  const unordered = ITEM.exec(lines[0] ?? '')?.[1] !== undefined
  return {
    is: unordered ? 'ul' : 'ol',
    in: items.map((item) => ({ is: 'li', in: inline(item) })),
  }
}

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^()\s]*)\)/

function inline(text: string): readonly Node[] {
  const found: Node[] = []
  let rest = text
  for (let mark = MARKS.exec(rest); mark !== null; mark = MARKS.exec(rest)) {
    const [whole, code, strong, strong2, em, label, href] = mark
    if (mark.index > 0) found.push(rest.slice(0, mark.index))
    if (code !== undefined) found.push({ is: 'code', in: [code] })
    else if (strong !== undefined || strong2 !== undefined)
      found.push({ is: 'strong', in: inline(strong ?? strong2 ?? '') })
    else if (em !== undefined) found.push({ is: 'em', in: inline(em) })
    // Pictures are not fetched; an address that is no plain one, or of our own site, is not one of the page it stands on.
    else if (href !== undefined && !whole.startsWith('!') && SAFE.test(href))
      found.push({ is: 'a', href, in: [label ?? ''] })
    else found.push(label ?? '')
    rest = rest.slice(mark.index + whole.length)
  }
  if (rest !== '') found.push(rest)
  return found
}

/** The tree as elements. */
export function drawn(nodes: readonly Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment()
  for (const node of nodes) {
    if (typeof node === 'string') {
      fragment.append(node)
      continue
    }
    const made = document.createElement(node.is)
    if (node.href !== undefined) {
      made.setAttribute('href', node.href)
      made.setAttribute('target', '_blank')
      made.setAttribute('rel', 'noopener noreferrer nofollow')
    }
    made.append(drawn(node.in))
    fragment.append(made)
  }
  return fragment
}
