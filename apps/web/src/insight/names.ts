import { useTranslation } from 'react-i18next'
import { useAnswer } from './api'

const KINDS = ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence', 'none'] as const
const CHANNELS = [
  'chat',
  'message',
  'phone',
  'callback',
  'email',
  'webform',
  'store',
  'social',
  'post',
  'none',
] as const
const STEPS = [
  'help-opened', 'thing-chosen', 'reason-chosen', 'article-read', 'contact-asked', 'contact-answered',
  'contact-dropped', 'contact-resumed', 'contact-passed-on', 'contact-left', 'contact-ended', 'asked-again',
  'case-opened', 'case-resolved', 'case-reopened', 'feedback-given',
] as const // prettier-ignore
const METRICS = [
  'contacts-by-reason', 'preceded-online-looked', 'preceded-online-chose', 'preceded-online-read',
  'article-contact-after-reading', 'article-helped', 'repeat-contact-stated', 'repeat-contact-wide',
  'first-contact-resolution', 'answer-time', 'feedback-outcome', 'feedback-feeling', 'feedback-response',
  'asked-again', 'contacts-by-cause',
] as const // prettier-ignore

export { CHANNELS, KINDS }

/** Codes in words. One we have no words for is shown as it is, readable. */
export function useWords() {
  const { t } = useTranslation('insight')
  const own = <Code extends string>(codes: readonly Code[], code: string): Code | undefined =>
    codes.find((each) => each === code)
  return {
    kind: (code: string): string => {
      const known = own(KINDS, code)
      return known === undefined ? readable(code) : t(`kind.${known}`)
    },
    channel: (code: string): string => {
      const known = own(CHANNELS, code)
      return known === undefined ? readable(code) : t(`channel.${known}`)
    },
    step: (code: string): string => {
      const known = own(STEPS, code)
      return known === undefined ? readable(code) : t(`step.${known}`)
    },
    metric: ({ metric, title }: { readonly metric: string; readonly title?: string }): string => {
      const known = own(METRICS, metric)
      return known === undefined ? (title ?? readable(metric)) : t(`metric.${known}`)
    },
  }
}

/** Reasons and causes in the words that were last used for them. */
export function useLabels() {
  const { t } = useTranslation('insight')
  const { data } = useAnswer('drivers', {}, { top: 50 })
  return {
    reasons: [
      ...new Map((data?.drivers ?? []).map(({ reason, label }) => [reason, label ?? readable(reason)])),
    ].map(([code, label]) => ({ code, label })),
    departments: [...new Set((data?.causes ?? []).flatMap(({ department }) => department ?? []))],
    reason: (code: string): string =>
      code === 'none'
        ? t('no-reason')
        : (data?.drivers.find((each) => each.reason === code)?.label ?? readable(code)),
    cause: (code: string): string =>
      code === 'none'
        ? t('no-cause')
        : (data?.causes.find((each) => each.cause === code)?.words ?? readable(code)),
  }
}

/** `spare-parts` as `Spare parts`. */
export function readable(code: string): string {
  const words = code.replaceAll(/[-_.]+/g, ' ').trim()
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

/** `Spare parts` as `spare-parts`, as codes are written. */
export function codeOf(words: string): string {
  return words
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
}
