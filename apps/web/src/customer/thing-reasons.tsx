import { IconChevronRight } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Reason } from '../api/my-stuff'
import { ReasonIcon } from '../shared/icons'
import { useMedia } from '../shared/media'
import { Pills } from '../shared/parts'
import type { Chosen } from './thing-choice'
import styles from './thing.module.css'

export interface ReasonChoiceProps {
  readonly reasons: readonly Reason[]
  readonly chosen: Chosen | undefined
  readonly onChoose: (reason: string, detail: string | undefined, label: string) => void
  readonly readOnly: boolean
}

/** Where pills would take more lines than a list. */
const PHONE = '(max-width: 640px)'

/** Why, in one or two steps (C7, C8): pills, or on a phone a list and a second list in its place. */
export function ReasonChoice(props: ReasonChoiceProps) {
  const phone = useMedia(PHONE)
  return phone ? <ReasonLists {...props} /> : <ReasonPills {...props} />
}

function ReasonPills({ reasons, chosen, onChoose, readOnly }: ReasonChoiceProps) {
  const { t } = useTranslation('customer')
  const details = chosen?.reason?.details ?? []
  const labelOf = (
    from: readonly { readonly code: string; readonly label: string }[],
    code: string,
  ): string => from.find((each) => each.code === code)?.label ?? code
  return (
    <div className={styles.reasons} inert={readOnly}>
      <Pills
        legend={<span className={styles.legend}>{t('reasons.first')}</span>}
        choices={reasons.map(({ code, label }) => ({
          value: code,
          label,
          icon: <ReasonIcon code={code} />,
        }))}
        value={chosen?.reason?.code}
        onChoose={(code) => {
          onChoose(code, undefined, labelOf(reasons, code))
        }}
      />
      {details.length > 0 && (
        <div className={styles.second}>
          <Pills
            key={chosen?.reason?.code}
            legend={<span className={styles.legend}>{t('reasons.second')}</span>}
            choices={details.map(({ code, label }) => ({ value: code, label }))}
            value={chosen?.detail?.code}
            onChoose={(code) => {
              if (chosen?.reason !== undefined) onChoose(chosen.reason.code, code, labelOf(details, code))
            }}
          />
        </div>
      )}
    </div>
  )
}

/** A list at a time; what was chosen folds to one line with a way to change it. */
function ReasonLists({ reasons, chosen, onChoose, readOnly }: ReasonChoiceProps) {
  const { t } = useTranslation('customer')
  const [changing, setChanging] = useState<'first' | 'second'>()
  const place = useRef<HTMLDivElement>(null)
  const { reason, detail } = chosen ?? {}
  const details = reason?.details ?? []
  const first = reason === undefined || changing === 'first'
  const second = !first && details.length > 0 && (detail === undefined || changing === 'second')
  const at = `${String(first)} ${String(second)}`
  const before = useRef(at)
  useEffect(() => {
    // The list that was pressed is gone: focus goes to the heading of what came in its place.
    if (before.current !== at) place.current?.querySelector<HTMLElement>('[data-legend]')?.focus()
    before.current = at
  }, [at])
  return (
    <div ref={place} className={styles.lists} inert={readOnly}>
      {first ? (
        <Choices
          legend={t('reasons.first')}
          choices={reasons}
          current={reason?.code}
          onChoose={(code, label) => {
            setChanging(undefined)
            onChoose(code, code === reason?.code ? detail?.code : undefined, label)
          }}
        />
      ) : (
        <Folded
          label={reason.label}
          legend={t('reasons.first')}
          last={!second}
          onChange={() => {
            setChanging('first')
          }}
        />
      )}
      {!first && second && (
        <Choices
          legend={t('reasons.second')}
          choices={details}
          current={detail?.code}
          onChoose={(code, label) => {
            setChanging(undefined)
            onChoose(reason.code, code, label)
          }}
        />
      )}
      {!first && !second && detail !== undefined && (
        <Folded
          label={detail.label}
          legend={t('reasons.second')}
          last={false}
          onChange={() => {
            setChanging('second')
          }}
        />
      )}
    </div>
  )
}

function Choices({
  legend,
  choices,
  current,
  onChoose,
}: {
  readonly legend: string
  readonly choices: readonly { readonly code: string; readonly label: string }[]
  readonly current: string | undefined
  readonly onChoose: (code: string, label: string) => void
}) {
  return (
    <section aria-label={legend}>
      <h2 className={styles.legend} tabIndex={-1} data-legend="">
        {legend}
      </h2>
      <ul className={styles.choices}>
        {choices.map(({ code, label }) => (
          <li key={code}>
            <button
              type="button"
              className={styles.choice}
              {...(code === current && { 'aria-current': 'true' as const })}
              onClick={() => {
                onChoose(code, label)
              }}
            >
              <ReasonIcon code={code} />
              <span>{label}</span>
              <IconChevronRight size={18} stroke={1.75} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Folded({
  label,
  legend,
  last,
  onChange,
}: {
  readonly label: string
  readonly legend: string
  readonly last: boolean
  readonly onChange: () => void
}) {
  const { t } = useTranslation('customer')
  return (
    <p className={styles.folded} tabIndex={-1} {...(last && { 'data-legend': '' })}>
      <span>
        <span className="visually-hidden">{legend} </span>
        {label}
      </span>
      <button
        type="button"
        className={styles.change}
        aria-label={t('reasons.change-named', { label })}
        onClick={onChange}
      >
        {t('reasons.change')}
      </button>
    </p>
  )
}
