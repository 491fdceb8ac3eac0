import i18next from 'i18next'
import type { BackendModule, ReadCallback } from 'i18next'
import { initReactI18next } from 'react-i18next'
import shared from './en/shared.json'

export const LANGUAGES = ['en', 'pt'] as const
export type Language = (typeof LANGUAGES)[number]

const catalogues = import.meta.glob<{ default: Readonly<Record<string, unknown>> }>([
  './*/*.json',
  // Built into the widget.
  '!./*/widget*.json',
])

/** One file for each language and area, loaded when an area is opened. */
const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language: string, area: string, done: ReadCallback) => {
    const load = catalogues[`./${language}/${area}.json`]
    if (load === undefined) done(new Error(`no catalogue ${language}/${area}`), false)
    else
      load().then(
        ({ default: words }) => {
          done(null, words)
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)), false)
        },
      )
  },
}

const SLOT = 'throughline.language'

/** As chosen on this device, else the person's own, else the browser's, else English. */
export function preferredLanguage(own?: string): Language {
  const chosen = [stored(), own, ...navigator.languages]
  for (const each of chosen) {
    const known = LANGUAGES.find((language) => each?.toLowerCase().split('-')[0] === language)
    if (known !== undefined) return known
  }
  return 'en'
}

export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(SLOT, language)
  } catch {
    // Holds for this visit then.
  }
  void i18next.changeLanguage(language)
}

function stored(): string | undefined {
  try {
    return localStorage.getItem(SLOT) ?? undefined
  } catch {
    return undefined
  }
}

export async function startWords(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      fallbackLng: 'en',
      supportedLngs: LANGUAGES,
      ns: ['shared'],
      defaultNS: 'shared',
      resources: { en: { shared } },
      partialBundledLanguages: true,
      // React escapes what it shows.
      interpolation: { escapeValue: false },
      returnNull: false,
    })
}
