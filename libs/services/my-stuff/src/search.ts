/** Whether every word of the search stands somewhere in what is shown, whatever case or accents it is written with. */
export function matches(entry: object, search: string): boolean {
  const text = plain(wordsOf(entry).join(' '))
  return plain(search)
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return UUID.test(value) ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(wordsOf)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i
