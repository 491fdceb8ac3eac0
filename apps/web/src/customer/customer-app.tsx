import { lazy, Suspense, useEffect } from 'react'
import { Route, Switch } from 'wouter'
import { useSession } from '../api/context'
import { NoAnswer } from '../api/problem'
import { Boundary, PartFailed } from '../shared/parts'
import { shelf } from '../shared/shelf'
import { CustomerFrame } from './frame'

const HERE = 'throughline.here'

/** Whoever was signed in here before most likely still is: her page is fetched while the session is asked for. */
const early = shelf.getItem(HERE) === null ? undefined : import('./need-help')
const NeedHelp = lazy(() => early ?? import('./need-help'))
const SignIn = lazy(async () => ({ default: (await import('../shared/sign-in')).SignIn }))
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
  const { status } = session
  useEffect(() => {
    if (status === 'in') shelf.setItem(HERE, 'yes')
    else if (status === 'out') shelf.removeItem(HERE)
  }, [status])
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
      return (
        <Suspense fallback={null}>
          <SignIn guests />
        </Suspense>
      )
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
