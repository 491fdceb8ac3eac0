import { changes } from './changes'

it('tells what stays, what came and what went, word by word', () => {
  expect(changes('Check the hose.', 'Check the grey hose.')).toEqual([
    { text: 'Check the ', is: 'same' },
    { text: 'grey ', is: 'came' },
    { text: 'hose.', is: 'same' },
  ])
  expect(changes('Turn it left.', 'Turn it.').filter(({ is }) => is === 'went')).toEqual([
    { text: ' left', is: 'went' },
  ])
})

it('puts both texts together again from what it tells', () => {
  const [before, after] = ['1. Door shut?\n2. Tap open?\n', '1. Door shut?\n2. Hold *Start*.\n3. Call.\n']
  const told = changes(before, after)
  const without = (is: string) =>
    told
      .filter((stretch) => stretch.is !== is)
      .map(({ text }) => text)
      .join('')
  expect(without('came')).toBe(before)
  expect(without('went')).toBe(after)
})

it('says of the same text that nothing changed, and of a new one that all of it came', () => {
  expect(changes('same', 'same')).toEqual([{ text: 'same', is: 'same' }])
  expect(changes('', '')).toEqual([])
  expect(changes('', 'new')).toEqual([{ text: 'new', is: 'came' }])
})

it('compares two texts with nothing in common as wholes and soon gives up looking', () => {
  const words = (stem: string) => Array.from({ length: 4_000 }, (_, at) => `${stem}${String(at)}`).join(' ')
  const [before, after] = [words('a'), words('b')]
  expect(changes(before, after)).toEqual([
    { text: before, is: 'went' },
    { text: after, is: 'came' },
  ])
})
