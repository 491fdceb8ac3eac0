import { parse } from './markdown'
import type { Node } from './markdown'

const text = (nodes: readonly Node[]): string =>
  nodes.map((node) => (typeof node === 'string' ? node : text(node.in))).join('')

it('knows headings, paragraphs, lists, quotes and code', () => {
  const tree = parse(
    '## Before\nOff,\nthen on.\n\n1. One\n2. Two\n   and a half\n\n- a\n\n> said\n\n```\n**as it is**\n```',
  )
  expect(tree).toEqual([
    { is: 'h3', in: ['Before'] },
    { is: 'p', in: ['Off, then on.'] },
    {
      is: 'ol',
      in: [
        { is: 'li', in: ['One'] },
        { is: 'li', in: ['Two and a half'] },
      ],
    },
    { is: 'ul', in: [{ is: 'li', in: ['a'] }] },
    { is: 'blockquote', in: ['said'] },
    { is: 'pre', in: ['**as it is**'] },
  ])
})

it('knows strong, emphasis, code and links, one in another', () => {
  expect(parse('Until it **clicks**, *then* `start`: [rules](https://halden.example/r)')).toEqual([
    {
      is: 'p',
      in: [
        'Until it ',
        { is: 'strong', in: ['clicks'] },
        ', ',
        { is: 'em', in: ['then'] },
        ' ',
        { is: 'code', in: ['start'] },
        ': ',
        { is: 'a', href: 'https://halden.example/r', in: ['rules'] },
      ],
    },
  ])
})

it('leaves of an address that runs, of a picture and of an element no more than their words (S14)', () => {
  for (const hostile of [
    '[x](javascript:alert(1))',
    '[x](data:text/html,y)',
    '[x](//evil.example)',
    '![x](https://e.example/i.png)',
  ]) {
    expect(JSON.stringify(parse(hostile))).not.toContain('href')
  }
  expect(parse('<img src=x onerror=alert(1)>')).toEqual([{ is: 'p', in: ['<img src=x onerror=alert(1)>'] }])
})

it('loses no word of what is left open, and is done with it soon', () => {
  for (const open of ['**never', '*', '[a](', '```\n', '>', '- ', '#', '1.']) {
    expect(text(parse(`${open} closed`))).toContain('closed')
  }
  const long = parse('['.repeat(20_000))
  expect(text(long)).toHaveLength(20_000)
})
