import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { useSession } from '../api/context'
import { NoAnswer } from '../api/problem'
import { Boundary, PartFailed } from '../shared/parts'
import { SignIn } from '../shared/sign-in'
import { CustomerFrame } from './frame'
import NeedHelp from './need-help'

const Thing = lazy(() => import('./thing'))
const Channels = lazy(() => import('./channels'))
const Conversation = lazy(() => import('./conversation'))
const Case = lazy(() => import('./case'))

/** Need Help and what opens from it. */
export default function CustomerApp() {
  return (
    <CustomerFrame>
      <Boundary>
        <Pages />
      </Boundary>
    </CustomerFrame>
  )
}

function Pages() {
  const session = useSession()
  switch (session.status) {
    case 'unknown':
      return null
    case 'lost':
      return (
        <PartFailed
          error={new NoAnswer()}
          onRetry={() => {
            location.reload()
          }}
        />
      )
    case 'out':
      return <SignIn guests />
    case 'in':
      return (
        <Suspense fallback={null}>
          <Switch>
            <Route path="/things/:itemId">{({ itemId }) => <Thing itemId={itemId} />}</Route>
            <Route path="/journeys/:journeyId/contact">
              {({ journeyId }) => <Channels journeyId={journeyId} />}
            </Route>
            <Route path="/contacts/:contactId">
              {({ contactId }) => <Conversation contactId={contactId} />}
            </Route>
            <Route path="/cases/:caseId">{({ caseId }) => <Case caseId={caseId} />}</Route>
            <Route>
              <NeedHelp />
            </Route>
          </Switch>
        </Suspense>
      )
  }
}
