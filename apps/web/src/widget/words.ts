import en from '../words/en/widget.json'
import pt from '../words/pt/widget.json'

export type Word = keyof typeof en
export type Say = (word: Word, values?: Readonly<Record<string, string>>) => string

/** Texts of the widget in one language; the values are put in as they are. */
export function saying(language: 'en' | 'pt'): Say {
  const words: Readonly<Record<Word, string>> = language === 'pt' ? pt : en
  return (word, values = {}) =>
    words[word].replaceAll(/\{\{(\w+)\}\}/g, (slot, name: string) => values[name] ?? slot)
}

/** `14:22` */
export function timeOf(at: string, language: 'en' | 'pt'): string {
  return new Intl.DateTimeFormat(language === 'pt' ? 'pt-PT' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at))
}

/** `14:22` of today, `Tue 24 Nov, 14:22` of another day. */
export function whenOf(at: string, language: 'en' | 'pt'): string {
  const date = new Date(at)
  if (date.toDateString() === new Date().toDateString()) return timeOf(at, language)
  const day = new Intl.DateTimeFormat(language === 'pt' ? 'pt-PT' : 'en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(date)
  return `${day.replaceAll(/[,.]/g, '')}, ${timeOf(at, language)}`
}
