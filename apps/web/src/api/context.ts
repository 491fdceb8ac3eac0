import { createContext, use, useSyncExternalStore } from 'react'
import type { Api } from './client'
import type { SessionState } from './session'

export const ApiContext = createContext<Api | undefined>(undefined)

/** The API with the session of this side. */
export function useApi(): Api {
  const api = use(ApiContext)
  if (api === undefined) throw new Error('no ApiContext above this component')
  return api
}

export function useSession(): SessionState {
  const { session } = useApi()
  return useSyncExternalStore(session.subscribe, session.state)
}
