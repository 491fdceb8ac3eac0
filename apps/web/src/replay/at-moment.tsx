import { useTranslation } from 'react-i18next'
import { Tag } from '../shared/parts'
import type { Seen } from './data'
import { agentOf, customerKnew, moodOf, nobodyKnew, teamKnew, whenOf } from './known-then'
import { momentDetail, momentLabel } from './moment-words'
import type { Speech } from './moment-words'
import { stopAt } from './stops'
import type { Stop } from './stops'
import styles from './replay.module.css'

/** This many of what came later are named; the rest is counted. */
const NAMED = 3

/** What changed with a moment, what each side knew, and what nobody knew yet (C49, C61). */
export function AtMoment({
  stops,
  seen,
  customer,
  speech,
  onIndex,
}: {
  readonly stops: readonly Stop[]
  readonly seen: Seen
  /** First name; undefined for a guest. */
  readonly customer: string | undefined
  readonly speech: Speech
  readonly onIndex: (index: number) => void
}) {
  const { t, format } = speech
  const { stop, team } = seen
  const at = stopAt(stops, stop.position)
  const agent = speech.staff(agentOf(team))
  const detail = momentDetail(stop.moment, speech)
  const later = nobodyKnew(stops, at, team, speech)
  const mood = moodOf(team, speech)
  const isLate = Date.parse(stop.moment.recordedAt) - Date.parse(stop.at) > 60_000
  return (
    <>
      <div className={styles.nowHead}>
        <h2>{t('now.title')}</h2>
        <p>{t('now.hint')}</p>
      </div>
      <dl className={styles.facts}>
        <div className={styles.changed}>
          <dt>
            <Tag tone="accent" density="desk">
              {t('now.new')}
            </Tag>
          </dt>
          <dd>
            <strong>{momentLabel(stop.moment, speech)}</strong>
            {detail !== undefined && <p>{detail}</p>}
            {isLate && (
              <p>
                {t('now.recorded', {
                  at: whenOf(stop.at, speech),
                  recorded: whenOf(stop.moment.recordedAt, speech),
                })}
              </p>
            )}
            {stop.also.length > 0 && <Also moments={stop.also} speech={speech} />}
          </dd>
        </div>
        <Sentences
          title={customer === undefined ? t('now.customer-knew') : t('now.knew', { name: customer })}
          sentences={customerKnew(seen.customer, speech)}
        />
        <Sentences
          title={agent === undefined ? t('now.team-knew') : t('now.agent-knew', { name: agent })}
          sentences={teamKnew(team, speech)}
        />
        <div>
          <dt>{t('now.nobody-knew')}</dt>
          <dd>
            {later.length === 0 && <p>{t('now.nothing-later')}</p>}
            {later.slice(0, NAMED).map(({ text, index }) => (
              <p key={text}>
                {text}{' '}
                <button
                  type="button"
                  className={styles.seen}
                  onClick={() => {
                    onIndex(index)
                  }}
                >
                  {t('now.first-seen', { at: whenSeen(stops[index]?.at ?? stop.at) })}
                </button>
              </p>
            ))}
            {later.length > NAMED && <p>{t('now.more', { count: later.length - NAMED })}</p>}
          </dd>
        </div>
        <div>
          <dt>{t('now.mood')}</dt>
          <dd>
            <p>
              {mood === undefined
                ? t('now.mood-none')
                : t('now.mood-last', { feeling: mood.feeling, when: format.brief(mood.at) })}
            </p>
          </dd>
        </div>
        <div className={styles.counted}>
          <dt>{t('now.again')}</dt>
          <dd>{format.number(team.askedAgain)}</dd>
        </div>
      </dl>
    </>
  )

  function whenSeen(when: string): string {
    const isSameDay = format.date(when) === format.date(stop.at)
    return isSameDay ? format.exactTime(when) : format.brief(when)
  }
}

function Also({ moments, speech }: { readonly moments: Stop['also']; readonly speech: Speech }) {
  const { t } = useTranslation('replay')
  const labels = [...new Set(moments.map((moment) => momentLabel(moment, speech)))]
  return (
    <p>
      {t('now.also')}: {labels.join(', ')}
    </p>
  )
}

function Sentences({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </dd>
    </div>
  )
}
