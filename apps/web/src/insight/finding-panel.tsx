import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { StaffPanel } from '../desk/frame'
import { Line } from '../shared/line'
import type { LineMoment } from '../shared/line'
import { Tag } from '../shared/parts'
import type { Tone } from '../shared/parts'
import { useFormat } from '../words/format'
import { journeysOf } from './address'
import { useMay } from './api'
import type { Finding } from './api'
import type { Figure } from './figure'
import { ActForm, AssignForm, CloseForm, ReopenForm } from './finding-forms'
import { FindingMeasure } from './finding-measure'
import { HowMany } from './marks'
import { readable, useLabels, useWords } from './names'
import styles from './insight.module.css'

type Step = 'assign' | 'act' | 'close' | 'reopen'

const TONES: Readonly<Record<Finding['status'], Tone>> = {
  raised: 'plain',
  assigned: 'accent',
  'acted-on': 'accent',
  closed: 'ok',
}

/** One finding: the figure it began with, its line so far, and the next step. */
export function FindingPanel({ finding }: { readonly finding: Finding }) {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const words = useWords()
  const labels = useLabels()
  const may = useMay()
  const [step, setStep] = useState<Step | undefined>(undefined)
  const { figure, status, overdue, metric, cell, version } = finding
  const of = Object.entries(cell).map(([key, value]) => {
    const code = String(value)
    if (key === 'reason') return labels.reason(code)
    if (key === 'cause') return labels.cause(code)
    return key === 'thingKind' ? words.kind(code) : key === 'channel' ? words.channel(code) : readable(code)
  })
  const done = (): void => {
    setStep(undefined)
  }
  const steps: readonly Step[] =
    status === 'closed'
      ? may.raise
        ? ['reopen']
        : []
      : [
          ...(may.act && finding.department !== undefined ? (['act'] as const) : []),
          ...(may.raise ? (['assign', 'close'] as const) : []),
        ]
  return (
    <StaffPanel
      title={finding.says}
      hint={
        <>
          {words.metric({ metric, ...(figure.title !== undefined && { title: figure.title }) })}
          {of.length > 0 && ` ${of.join(', ')}`}
        </>
      }
      aside={
        <Tag tone={overdue ? 'danger' : TONES[status]} density="desk">
          {overdue ? t('findings.is-overdue') : t(`findings.is-${status}`)}
        </Tag>
      }
    >
      <div className={styles.finding}>
        <div className={styles.story}>
          <Line density="desk" label={t('findings.line')} moments={useStory(finding)} />
        </div>
        <div className={styles.facts}>
          <p>
            {t('findings.then')}{' '}
            <HowMany
              n={figure.n}
              to={journeysOf({ metric, version, cell }, thenOf(figure, finding.raisedAt))}
            />
            {figure.asWas !== undefined && (
              <span className={styles.second}>
                {t('known.then', {
                  at: `${format.date(figure.asWas)}, ${format.time(figure.asWas)}`,
                  position: format.number(figure.known ?? 0),
                })}
              </span>
            )}
          </p>
          {finding.actions.length > 0 && <FindingMeasure id={finding.id} />}
        </div>
      </div>
      {steps.length > 0 && (
        <div className={styles.act}>
          {step === undefined ? (
            <div className={styles.buttons}>
              {steps.map((each, index) => (
                <Button
                  key={each}
                  variant={index === 0 && status !== 'closed' ? 'filled' : 'default'}
                  onClick={() => {
                    setStep(each)
                  }}
                >
                  {each === 'assign' && finding.department !== undefined
                    ? t('findings.assign-again')
                    : t(`findings.${each}`)}
                </Button>
              ))}
            </div>
          ) : step === 'assign' ? (
            <AssignForm finding={finding} departments={labels.departments} onDone={done} />
          ) : step === 'act' ? (
            <ActForm finding={finding} onDone={done} />
          ) : step === 'close' ? (
            <CloseForm finding={finding} onDone={done} />
          ) : (
            <ReopenForm finding={finding} onDone={done} />
          )}
        </div>
      )}
    </StaffPanel>
  )
}

function thenOf(figure: Partial<Figure>, raisedAt: string) {
  return {
    asWas: figure.asWas ?? raisedAt,
    ...(figure.known !== undefined && { known: String(figure.known) }),
  }
}

/** Raised, assigned, done, closed, opened again: in the order in which they happened, and what is still to come. */
function useStory(finding: Finding): readonly LineMoment[] {
  const { t } = useTranslation('insight')
  const format = useFormat()
  const { raisedAt, department, actBy, actions, closings, reopenings, status, overdue } = finding
  const happened = [
    { at: raisedAt, label: t('findings.is-raised'), detail: undefined },
    ...actions.map(({ at, what, link }) => ({
      at,
      label: what,
      detail:
        link !== undefined && /^https?:\/\//.test(link) ? (
          <a href={link} rel="noreferrer">
            {link}
          </a>
        ) : (
          link
        ),
    })),
    ...closings.map(({ at, helped, why }) => ({
      at,
      label: t(helped ? 'findings.helped' : 'findings.did-not-help'),
      detail: why,
    })),
    ...reopenings.map(({ at, why }) => ({ at, label: t('findings.reopened'), detail: why })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1))
  const promised =
    status !== 'closed' && department !== undefined && actBy !== undefined && actions.length === 0
      ? [
          {
            id: 'promised',
            mark: 'promise' as const,
            label: t('findings.acts', { department: readable(department), by: format.date(actBy) }),
            ...(overdue && { state: 'missed' as const }),
          },
        ]
      : []
  return [
    ...happened.map(({ at, label, detail }, index) => ({
      id: `${at} ${String(index)}`,
      mark: 'us' as const,
      label,
      when: format.brief(at),
      ...(detail !== undefined && { detail }),
      ...(index === happened.length - 1 && promised.length > 0 && { dotted: true }),
    })),
    ...promised,
  ]
}
