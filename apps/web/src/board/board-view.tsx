import { Fragment } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Statement } from '../desk/frame'
import { useFormat } from '../words/format'
import type { Agent, Trouble, WaitingContact } from './api'
import styles from './board.module.css'
import { channelKey, withTeam } from './channel-key'
import { summary } from './figures'
import type { Grid, QueueRow } from './figures'
import { HourGrid } from './hours'
import { People } from './people'
import { QueueTable } from './queues'
import { Troubles } from './troubles'

export interface BoardNames {
  readonly staff: (id: string | undefined) => string | undefined
  readonly customer: (id: string | undefined) => string | undefined
}

export interface BoardViewProps {
  readonly rows: readonly QueueRow[]
  readonly now: number
  readonly grid: Grid | undefined
  readonly gridError?: unknown
  readonly people: { readonly here: readonly Agent[]; readonly gone: readonly Agent[] } | undefined
  readonly peopleError?: unknown
  readonly inWhat: readonly WaitingContact[]
  readonly help: readonly { readonly agent: Agent; readonly row: QueueRow }[]
  readonly troubles: { readonly total: number; readonly items: readonly Trouble[] } | undefined
  readonly troublesError?: unknown
  readonly names: BoardNames
  readonly team: string | undefined
  readonly opened?: React.ReactNode
  readonly onRetry?: () => void
  readonly readOnly?: boolean
}

/** The board as it stands at one moment. */
export function BoardView(props: BoardViewProps) {
  const { rows, now, grid, people, inWhat, help, troubles, names, team, opened, readOnly = false } = props
  const retry = props.onRetry
  return (
    <div className={styles.board}>
      <div className={styles.head}>
        <Sentence rows={rows} team={team} wrong={troubles?.total ?? 0} />
        {opened}
      </div>
      <div className={styles.main}>
        <QueueTable rows={rows} team={team} now={now} />
        <HourGrid grid={grid} error={props.gridError} team={team} {...(retry && { onRetry: retry })} />
        <div id="going-wrong" tabIndex={-1}>
          <Troubles
            troubles={troubles}
            error={props.troublesError}
            names={names}
            now={now}
            {...(retry && { onRetry: retry })}
          />
        </div>
      </div>
      <div className={styles.side}>
        <People
          people={people}
          error={props.peopleError}
          inWhat={inWhat}
          help={help}
          names={names}
          now={now}
          readOnly={readOnly}
          {...(retry && { onRetry: retry })}
        />
      </div>
    </div>
  )
}

/** One sentence of what is wrong, made from the figures, with its journeys. */
function Sentence({
  rows,
  team,
  wrong,
}: {
  readonly rows: readonly QueueRow[]
  readonly team: string | undefined
  readonly wrong: number
}) {
  const { t } = useTranslation('board')
  const format = useFormat()
  const { behind, close, kept, nobody, waiting } = summary(rows)
  const named = (list: readonly QueueRow[]): string =>
    format.list([...new Set(list.map(({ channel }) => t(`queue.${channelKey(channel)}`)))])
  const first = (text: string): string => text.charAt(0).toLocaleUpperCase(format.language) + text.slice(1)
  const [worst] = behind
  const worstWait = Math.max(worst?.longest ?? 0, worst?.measured ?? 0)
  const parts = [
    worst === undefined ? (
      <strong>{t(rows.length === 0 ? 'sentence.no-queues' : 'sentence.all-kept')}</strong>
    ) : (
      <>
        <strong>{first(t('sentence.behind', { channels: named(behind), count: behind.length }))}</strong>{' '}
        <Trans
          t={t}
          i18nKey={behind.length === 1 ? 'sentence.wait' : 'sentence.worst'}
          values={{
            channel: first(named([worst])),
            wait: format.duration(worstWait),
            promise: format.duration(worst.promise ?? 0),
          }}
          components={{ strong: <strong /> }}
        />
      </>
    ),
    nobody.length > 0 && <strong>{t('sentence.nobody', { channels: named(nobody) })}</strong>,
    close.length > 0 && t('sentence.close', { channels: named(close), count: close.length }),
    worst !== undefined &&
      kept.length > 0 &&
      t('sentence.kept', { channels: named(kept), count: kept.length }),
    wrong > 0 && <a href="#going-wrong">{t('sentence.going-wrong', { count: wrong })}</a>,
    waiting > 0 && (
      <Link to={withTeam(`waiting=${behind.map(({ channel }) => channel).join(',')}`, team)}>
        {t('sentence.see', { count: waiting })}
      </Link>
    ),
  ].filter((part) => part !== false)
  return (
    <Statement>
      {parts.map((part, n) => (
        <Fragment key={n}>
          {n > 0 && ' '}
          {part}
        </Fragment>
      ))}
    </Statement>
  )
}
