import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Switch } from 'wouter'
import { useSession } from '../api/context'
import { useLateWork } from '../api/desk'
import { NoAnswer } from '../api/problem'
import type { Person } from '../api/session'
import { Boundary, PartFailed } from '../shared/parts'
import { SignIn } from '../shared/sign-in'
import { placesOf, StaffFrame } from './frame'
import type { Place } from './frame'

const PAGES: Readonly<Record<Place['name'], React.ComponentType>> = {
  desk: lazy(() => import('./desk')),
  work: lazy(() => import('../work/work')),
  knowledge: lazy(() => import('../knowledge/knowledge')),
  board: lazy(() => import('../board/board')),
  policy: lazy(() => import('../policy/policy')),
  insight: lazy(() => import('../insight/insight')),
  replay: lazy(() => import('../replay/replay')),
}

const Palette = lazy(() => import('./palette'))

/** Where people work: each place a chunk of its own. */
export default function StaffApp() {
  const session = useSession()
  switch (session.status) {
    case 'unknown':
      return null
    case 'lost':
      return (
        <main>
          <PartFailed
            error={new NoAnswer()}
            onRetry={() => {
              location.reload()
            }}
          />
        </main>
      )
    case 'out':
      return (
        <main>
          <SignIn guests={false} />
        </main>
      )
    case 'in':
      return <Workplace person={session.person} />
  }
}

function Workplace({ person }: { readonly person: Person }) {
  const late = useLateWork(person.roles.includes('agent'))
  const searches = person.roles.includes('agent') || person.roles.includes('supervisor')
  return (
    <StaffFrame person={person} badges={{ work: late }}>
      <Boundary>
        <Suspense fallback={null}>
          <Places person={person} />
        </Suspense>
      </Boundary>
      {searches && (
        <Suspense fallback={null}>
          <Palette />
        </Suspense>
      )}
    </StaffFrame>
  )
}

function Places({ person }: { readonly person: Person }) {
  const { t } = useTranslation('shared')
  const places = placesOf(person)
  const first = places[0]
  if (first === undefined) return <p>{t('rail.nothing')}</p>
  return (
    <Switch>
      {/* Longer addresses first: /desk itself holds the conversations. */}
      {places
        .filter(({ name }) => name !== 'desk')
        .map(({ name, to }) => (
          <Route key={name} path={`${to}/*?`} component={PAGES[name]} />
        ))}
      {places.some(({ name }) => name === 'desk') && (
        <Route path="/desk/contacts/:contactId?" component={PAGES.desk} />
      )}
      {first.name === 'desk' ? (
        <Route path="/desk" component={PAGES.desk} />
      ) : (
        <Route path="/desk">
          <Redirect to={first.to} />
        </Route>
      )}
      <Route>
        <Redirect to={first.to} />
      </Route>
    </Switch>
  )
}
