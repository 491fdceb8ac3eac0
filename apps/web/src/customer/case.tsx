import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useAbout } from '../api/about'
import { caseKey, useCase } from '../api/case'
import { useApi } from '../api/context'
import { useContext } from '../api/journey'
import { useNames } from '../api/names'
import { randomKey } from '../api/random'
import { PageTitle, Shape } from '../shared/parts'
import { CaseView } from './case-view'
import { Feedback } from './feedback'
import { CustomerPage } from './frame'
import { Lost } from './lost'
import { useContactUs } from './my-stuff-begin'

/** One matter, whatever number of contacts it took: what comes next, and everything so far (C20–C23). */
export default function CasePage({ caseId }: { readonly caseId: string }) {
  const { t } = useTranslation('conversation')
  const api = useApi()
  const queries = useQueryClient()
  const about = useAbout()
  const kase = useCase(caseId)
  const journeyId = kase.data?.journeyId
  const context = useContext(journeyId)
  const name = useNames([
    kase.data?.staffId,
    ...(kase.data?.timeline ?? []).map((step) =>
      step.what === 'contact' ? step.agentId : step.what === 'progress' ? step.staffId : undefined,
    ),
  ])
  const contact = useContactUs()
  const settle = useMutation({
    mutationFn: ({ key, ...what }: Settling) =>
      what.how === 'solved'
        ? api.post(`/case/cases/${caseId}/resolution`, { how: 'solved', words: what.words }, { key })
        : api.post(`/case/cases/${caseId}/reopening`, { why: what.words }, { key }),
    onSettled: () => queries.invalidateQueries({ queryKey: caseKey(caseId) }),
  })
  if (kase.data === undefined) {
    if (kase.isError)
      return <Lost error={kase.error} title={t('case.failed')} onRetry={() => void kase.refetch()} />
    return (
      <CustomerPage>
        <div aria-busy="true" style={{ display: 'grid', gap: 20 }}>
          <Shape width={220} height={20} />
          <Shape width="60%" height={32} />
          <Shape width="100%" height={180} />
          <Shape width="100%" height={240} />
        </div>
      </CustomerPage>
    )
  }
  const { subject, journeyId: journey, id } = kase.data
  return (
    <CaseView
      kase={kase.data}
      title={<PageTitle window={`${subject}, ${about?.name ?? ''}`}>{subject}</PageTitle>}
      context={context.data}
      name={name}
      settling={settle.isPending}
      settleFailed={settle.isError ? settle.error : undefined}
      onSettle={(how, words, done) => {
        settle.mutate({ how, words, key: randomKey() }, { onSuccess: done })
      }}
      onContact={() => {
        contact.contactAboutCase(caseId)
      }}
      contacting={contact.busy}
      contactFailed={contact.failed}
      feedback={<Feedback about={{ kind: 'case', id }} journeyId={journey} />}
    />
  )
}

interface Settling {
  readonly how: 'solved' | 'reopened'
  readonly words: string
  readonly key: string
}
