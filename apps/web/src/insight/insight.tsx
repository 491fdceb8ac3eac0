import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import Drivers from './drivers'

const Repeat = lazy(() => import('./repeat'))
const Feedback = lazy(() => import('./feedback'))
const Articles = lazy(() => import('./articles'))
const Paths = lazy(() => import('./paths'))
const Findings = lazy(() => import('./findings'))
const Journeys = lazy(() => import('./journeys'))
const Feed = lazy(() => import('./feed'))

/** Why people contact us, what helped, and how sure we are. */
export default function Insight() {
  return (
    <Suspense fallback={null}>
      <Switch>
        <Route path="/desk/insight/repeat" component={Repeat} />
        <Route path="/desk/insight/feedback" component={Feedback} />
        <Route path="/desk/insight/articles" component={Articles} />
        <Route path="/desk/insight/paths" component={Paths} />
        <Route path="/desk/insight/findings" component={Findings} />
        <Route path="/desk/insight/journeys" component={Journeys} />
        <Route path="/desk/insight/feed" component={Feed} />
        <Route component={Drivers} />
      </Switch>
    </Suspense>
  )
}
