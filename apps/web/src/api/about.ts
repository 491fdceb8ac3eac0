import { useQuery } from '@tanstack/react-query'
import { useApi } from './context'

/** Whose pages these are. */
export interface About {
  readonly name: string
  readonly links: readonly { readonly label: string; readonly href: string }[]
  /** What customers ring, as it is shown. */
  readonly phone: string | null
  readonly demo: null | {
    readonly people: readonly { readonly email: string; readonly name?: string; readonly is: string }[]
  }
}

export function useAbout(): About | undefined {
  const api = useApi()
  return useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => api.get<About>('/platform/about', { signal }),
    staleTime: Infinity,
  }).data
}
