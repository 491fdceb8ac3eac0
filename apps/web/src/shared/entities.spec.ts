import { decodeEntity } from './entities'

it('reads the names and numbers that people write for letters', () => {
  expect(['amp', 'eacute', '#233', '#xE9', '#x1F600'].map(decodeEntity)).toEqual([
    '&',
    undefined,
    'é',
    'é',
    '😀',
  ])
})

it('takes no name of an object for a letter, and a number that is none for the letter that says so', () => {
  expect(['constructor', '__proto__', '#', '#x', '#12345678'].map(decodeEntity)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
  expect(['#0', '#xD800', '#x110000'].map(decodeEntity)).toEqual(['\ufffd', '\ufffd', '\ufffd'])
})
