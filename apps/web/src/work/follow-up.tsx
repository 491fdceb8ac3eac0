import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearch } from 'wouter'
import type { FollowUp } from '../api/case'
import { useApi } from '../api/context'
import { useContext } from '../api/journey'
import { useNames } from '../api/names'
import { TopBar } from '../desk/frame'
import { factsOf } from '../shared/journey-facts'
import { lineOf, peopleOf } from '../shared/journey-line'
import { Known } from '../shared/known'
import { Line } from '../shared/line'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { Assignee } from './case-actions'
import { useColleagues, useMe } from './colleagues'
import { FollowUpList } from './follow-ups'
import { VIEWS } from './rows'
import { SideList } from './side-list'
import { useMinute } from './use-minute'
import styles from './work.module.css'

const MOMENTS = 12

/** A follow-up that belongs to no case, with the journey it came from. */
export default function FollowUpPage({ followUpId }: { readonly followUpId: string }) {
  const { t } = useTranslation('work')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const api = useApi()
  const me = useMe()
  const now = useMinute()
  const asked = new URLSearchParams(useSearch())
  const view = VIEWS.find((each) => each === asked.get('view')) ?? 'mine'
  const opened = useQuery({
    queryKey: ['follow-up', followUpId],
    queryFn: ({ signal }) => api.get<FollowUp>(`/case/follow-ups/${followUpId}`, { signal }),
  })
  const followUp = opened.data
  const context = useContext(followUp?.journeyId)
  const colleagues = useColleagues([followUp?.staffId])
  const name = useNames([
    followUp?.customerId,
    followUp?.staffId,
    ...(context.data === undefined ? [] : peopleOf(context.data)),
  ])
  return (
    <div className={styles.case}>
      <SideList view={view} at={followUpId} />
      <div className={styles.middle}>
        <TopBar
          title={followUp?.what ?? t('follow-up')}
          actions={
            followUp !== undefined && (
              <Assignee
                kind="follow-up"
                id={followUp.id}
                staffId={followUp.staffId}
                me={me.id}
                name={name}
                colleagues={colleagues}
              />
            )
          }
        >
          {followUp !== undefined && (
            <Link to={`/desk/work?customer=${followUp.customerId}`}>
              {name(followUp.customerId) ?? t('customer')}
            </Link>
          )}
        </TopBar>
        {opened.isError ? (
          <PartFailed error={opened.error} onRetry={() => void opened.refetch()} />
        ) : followUp === undefined ? (
          <div className={styles.shapes} aria-busy="true">
            <Shape width="80%" height={48} />
          </div>
        ) : (
          <section className={styles.part}>
            <h2>{t('follow-ups.title')}</h2>
            <FollowUpList
              followUps={[followUp]}
              at={followUp.id}
              me={me.id}
              name={name}
              now={now}
              readOnly={false}
            />
          </section>
        )}
      </div>
      <aside className={styles.aside} aria-label={t('known')}>
        {context.data !== undefined && (
          <>
            <section className={styles.part}>
              <h2>{t('known')}</h2>
              <Known density="desk" facts={factsOf(context.data, { viewer: 'staff', t: shared, format })} />
            </section>
            <section className={styles.part}>
              <h2>{t('journey')}</h2>
              <Line
                density="desk"
                label={t('journey')}
                moments={lineOf(context.data, {
                  viewer: 'staff',
                  t: shared,
                  format,
                  name,
                  me: me.id,
                  most: MOMENTS,
                })}
              />
            </section>
          </>
        )}
      </aside>
    </div>
  )
}
