import { useTranslation } from 'react-i18next'
import { Line } from '../shared/line'
import type { Mark } from '../shared/line'
import { useFormat } from '../words/format'
import { useWords } from './names'
import type { UsualPath } from './usual-path'
import styles from './insight.module.css'

const MARKS: Readonly<Record<string, Mark>> = {
  'article-read': 'article',
  'contact-answered': 'us',
  'contact-passed-on': 'us',
  'contact-ended': 'us',
  'asked-again': 'us',
  'case-opened': 'us',
  'case-resolved': 'us',
  'case-reopened': 'us',
}

export function markOf(step: string): Mark {
  return MARKS[step] ?? 'customer'
}

/** Fewer journeys than this are told as they are, not of 100. */
const RATE_FROM = 30

/** The usual path on the line, with who comes to each step, and at its side where others end or turn. */
export function PathLine({ path, label }: { readonly path: UsualPath; readonly label: string }) {
  const { t } = useTranslation('insight')
  const words = useWords()
  const format = useFormat()
  const asRate = path.journeys >= RATE_FROM
  const told = (count: number): string => format.number(asRate ? (count / path.journeys) * 100 : count)
  return (
    <Line
      density="desk"
      label={label}
      moments={path.steps.map(({ step, reached, leave, aside }) => ({
        id: step,
        mark: markOf(step),
        label: words.step(step),
        when: <strong className={styles.reached}>{told(reached)}</strong>,
        ...((leave > 0 || aside.length > 0) && {
          detail: (
            <span className={styles.aside}>
              {leave > 0 && <span>{t('path.leave', { n: told(leave) })}</span>}
              {aside.map((other) => (
                <span key={other.step}>
                  {t('path.aside', { n: told(other.count), step: words.step(other.step) })}
                </span>
              ))}
            </span>
          ),
        }),
      }))}
    />
  )
}

export function usePathHint(): (path: UsualPath) => string {
  const { t } = useTranslation('insight')
  const format = useFormat()
  return ({ journeys }) =>
    t(journeys >= RATE_FROM ? 'path.of-100' : 'path.of', { count: journeys, n: format.number(journeys) })
}
