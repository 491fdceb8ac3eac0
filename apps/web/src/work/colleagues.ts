import { useQuery } from '@tanstack/react-query'
import type { CaseLine } from '../api/case'
import { useApi, useSession } from '../api/context'
import type { Page } from '../api/journey'
import { useNames } from '../api/names'

export interface Colleague {
  readonly id: string
  readonly name: string
}

interface Member extends Colleague {
  readonly roles: readonly string[]
}

const MOST = 200

/** Who I am: id, name and roles of whoever is signed in. */
export function useMe(): { readonly id: string; readonly name: string; readonly roles: readonly string[] } {
  const session = useSession()
  if (session.status !== 'in') return { id: '', name: '', roles: [] }
  const { id, name = '', roles } = session.person
  return { id, name, roles }
}

/**
 * People who can be asked to do something, without me, by name. Supervisors see everybody who answers customers; agents those
 * who answer for an open case, and `also`.
 */
export function useColleagues(also: readonly (string | undefined)[] = []): readonly Colleague[] {
  const api = useApi()
  const me = useMe()
  const all = me.roles.includes('supervisor') || me.roles.includes('administrator')
  const { data: staff } = useQuery({
    queryKey: ['staff', 'working'],
    queryFn: ({ signal }) => api.get<Page<Member>>(`/identity/staff?limit=${String(MOST)}`, { signal }),
    staleTime: 300_000,
    enabled: all,
  })
  const { data: open } = useQuery({
    queryKey: ['cases', 'who-answers'],
    queryFn: ({ signal }) =>
      api.get<Page<CaseLine>>(`/case/cases?list=all&limit=${String(MOST)}`, { signal }),
    staleTime: 300_000,
    enabled: !all,
  })
  const ids = all ? [] : [...also, ...(open?.items ?? []).map(({ staffId }) => staffId)]
  const named = useNames(ids)
  const found = all
    ? (staff?.items ?? []).filter(({ roles }) => roles.includes('agent') || roles.includes('supervisor'))
    : [...new Set(ids)].flatMap((id) => {
        const name = named(id)
        return id === undefined || name === undefined ? [] : [{ id, name }]
      })
  return found
    .filter(({ id }) => id !== me.id)
    .map(({ id, name }) => ({ id, name }))
    .toSorted((one, other) => one.name.localeCompare(other.name))
}
