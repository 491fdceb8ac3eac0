import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { Api, isPassing } from './api/client'
import { ApiContext } from './api/context'
import { Session } from './api/session'
import type { Side } from './api/session'
import { Announcer } from './shared/announce'
import { Boundary, navigated } from './shared/parts'
import { useScheme } from './shared/scheme'
import { themeFor } from './theme/theme'
import { preferredLanguage } from './words/words'
import i18next from 'i18next'

const CustomerApp = lazy(() => import('./customer/customer-app'))
const StaffApp = lazy(() => import('./desk/staff-app'))

/** Staff work below /desk; everything else is the customer's. */
export function sideOf(path: string): Side {
  return path === '/desk' || path.startsWith('/desk/') ? 'staff' : 'customer'
}

export function App() {
  const [location] = useLocation()
  const side = sideOf(location)
  // A person of each side has a session and a memory of her own; nothing of one is ever shown to the other.
  return <SideApp key={side} side={side} />
}

function SideApp({ side }: { readonly side: Side }) {
  const [api] = useState(() => new Api(new Session(side)))
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 5_000,
            retry: (count, error) => isPassing(error) && count < 4,
            refetchOnReconnect: true,
          },
        },
      }),
  )
  const scheme = useScheme()
  const theme = useMemo(() => themeFor(side === 'customer' ? 'customer' : 'desk'), [side])
  const [location] = useLocation()
  const [first] = useState(location)
  useEffect(() => {
    if (location !== first) navigated()
  }, [location, first])
  useEffect(() => {
    void api.session.resume()
    return api.session.subscribe(() => {
      const state = api.session.state()
      if (state.status === 'out') queries.clear()
      const own = state.status === 'in' ? state.person.language : undefined
      const language = preferredLanguage(own)
      if (i18next.language !== language) void i18next.changeLanguage(language)
    })
  }, [api, queries])
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      // Both would write style elements; theme/*.css holds the same.
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>
          <Announcer>
            <Boundary>
              <Suspense fallback={null}>{side === 'customer' ? <CustomerApp /> : <StaffApp />}</Suspense>
            </Boundary>
          </Announcer>
        </ApiContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
