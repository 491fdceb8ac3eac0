import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { WorkList } from './list'

const CasePage = lazy(() => import('./case'))
const FollowUpPage = lazy(() => import('./follow-up'))

/** Cases and follow-ups: what was promised, and who keeps it. */
export default function Work() {
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/desk/work/cases/:caseId">
          {({ caseId }) => <CasePage key={caseId} caseId={caseId} />}
        </Route>
        <Route path="/desk/work/follow-ups/:followUpId">
          {({ followUpId }) => <FollowUpPage key={followUpId} followUpId={followUpId} />}
        </Route>
        <Route>
          <WorkList />
        </Route>
      </Switch>
    </Suspense>
  )
}
