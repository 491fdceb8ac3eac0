import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearch } from 'wouter'
import { useCase } from '../api/case'
import type { FollowUp } from '../api/case'
import { useApi } from '../api/context'
import type { Page } from '../api/journey'
import { useNames } from '../api/names'
import { TopBar } from '../desk/frame'
import { PartFailed, Shape } from '../shared/parts'
import { CaseView } from './case-view'
import { useColleagues, useMe } from './colleagues'
import { VIEWS } from './rows'
import { SideList } from './side-list'
import { useMinute } from './use-minute'
import styles from './work.module.css'

/** A case in the layout of a conversation: the list it came from, what happened, and what is known and promised. */
export default function CasePage({ caseId }: { readonly caseId: string }) {
  const { t } = useTranslation('work')
  const api = useApi()
  const me = useMe()
  const asked = new URLSearchParams(useSearch())
  const view = VIEWS.find((each) => each === asked.get('view')) ?? 'mine'
  const opened = useCase(caseId)
  const followUps = useQuery({
    queryKey: ['follow-ups', 'of-case', caseId],
    queryFn: ({ signal }) => api.get<Page<FollowUp>>(`/case/follow-ups?caseId=${caseId}`, { signal }),
  })
  const colleagues = useColleagues([opened.data?.staffId])
  const name = useNames([
    opened.data?.customerId,
    opened.data?.staffId,
    ...(opened.data?.timeline ?? []).flatMap((step) =>
      step.what === 'contact' ? [step.agentId] : 'staffId' in step ? [step.staffId] : [],
    ),
    ...(followUps.data?.items ?? []).map(({ staffId }) => staffId),
  ])
  const now = useMinute()
  return (
    <div className={styles.case}>
      <SideList view={view} at={caseId} />
      {opened.data !== undefined ? (
        <CaseView
          shown={opened.data}
          followUps={followUps.data?.items ?? []}
          at={asked.get('followUp') ?? undefined}
          me={me.id}
          replay={me.roles.some((role) => role === 'supervisor' || role === 'analyst')}
          name={name}
          colleagues={colleagues}
          now={now}
          back={`/desk/work?view=${view}`}
        />
      ) : (
        <div className={styles.middle}>
          <TopBar title={t('case-title')}>
            <Link to={`/desk/work?view=${view}`}>{t('back')}</Link>
          </TopBar>
          {opened.isError ? (
            <PartFailed error={opened.error} onRetry={() => void opened.refetch()} />
          ) : (
            <div className={styles.shapes} aria-busy="true">
              <Shape width="60%" height={22} />
              <Shape width="90%" height={64} />
              <Shape width="80%" height={64} />
            </div>
          )}
        </div>
      )}
    </div>
  )
}
