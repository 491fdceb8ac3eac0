import type { ReactNode } from 'react'
import styles from './known.module.css'

export interface KnownFact {
  readonly id: string
  readonly label: string
  readonly value: ReactNode
  /** Where it came from: `You chose it at 14:14`. */
  readonly source?: ReactNode
}

/** What is known: one component with one content, for the customer and on the desk. Nothing shown here is ever asked again. */
export function Known({
  facts,
  density = 'customer',
}: {
  readonly facts: readonly KnownFact[]
  readonly density?: 'customer' | 'desk'
}) {
  return (
    <dl className={[styles.known, density === 'desk' ? styles.desk : ''].join(' ')}>
      {facts.map(({ id, label, value, source }) => (
        <div key={id} className={styles.fact}>
          <dt>{label}</dt>
          <dd>
            {value}
            {source !== undefined && <span className={styles.source}>{source}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
