import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pills } from '../shared/parts'
import { textsAt } from './document'
import { problemsAt } from './editing'
import type { Editing } from './editing'
import { hasMove, MOVERS, toggleMove } from './moves'
import type { Mover } from './moves'
import styles from './policy.module.css'
import { SCROLLER } from '../board/scroller'
import { Problems } from './problems'

/** Where a contact may move, and by whom: the only moves there are (C75). */
export function Moves({ editing }: { readonly editing: Editing }) {
  const { t } = useTranslation('policy')
  const { doc, live, names, problems, edit } = editing
  const [by, setBy] = useState<Mover>('agent')
  const channels = textsAt(doc, ['order'])
  return (
    <section aria-labelledby="policy-moves">
      <div className={styles.partHead}>
        <h2 id="policy-moves" tabIndex={-1} data-part="">
          {t('moves.title')}
        </h2>
      </div>
      <p className={styles.quiet}>{t('moves.hint')}</p>
      <Problems problems={problemsAt(problems, 'escalation')} />
      <Pills
        legend={t('moves.by')}
        hideLegend
        density="desk"
        choices={MOVERS.map((value) => ({ value, label: names.mover(value) }))}
        value={by}
        onChoose={(value) => {
          setBy(MOVERS.find((each) => each === value) ?? 'agent')
        }}
      />
      <div className={styles.gridScroll} {...SCROLLER} aria-label={t('moves.title')}>
        <table className={styles.grid}>
          <caption className="visually-hidden">{t('moves.caption', { by: names.mover(by) })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('moves.from-to')}</th>
              {channels.map((to) => (
                <th key={to} scope="col">
                  {names.channel(to)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {channels.map((from) => (
              <tr key={from}>
                <th scope="row">{names.channel(from)}</th>
                {channels.map((to) => {
                  const move = { from, to, by }
                  const same = from === to && by !== 'transfer'
                  const has = hasMove(doc, move)
                  const changed = has !== hasMove(live, move)
                  if (same && !has) return <td key={to} className={styles.same} />
                  return (
                    <td key={to} data-changed={changed}>
                      <label className={styles.tick}>
                        <input
                          type="checkbox"
                          checked={has}
                          aria-label={t('moves.cell', { from: names.channel(from), to: names.channel(to) })}
                          onChange={() => {
                            edit(toggleMove(doc, move))
                          }}
                        />
                        {changed && <span aria-hidden="true">{t(has ? 'moves.new' : 'moves.gone')}</span>}
                      </label>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
