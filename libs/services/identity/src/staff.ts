import type { EventOf, Says, StaffRole } from '@throughline/contracts'
import { fromInstant, Refused } from '@throughline/kernel'
import type { Instant, Stream } from '@throughline/kernel'

interface SignedIn {
  readonly staffId: string
  readonly sessionId: string
  readonly at: Instant
  readonly expiresAt: Instant
}

export type StaffEvent =
  | EventOf<'throughline.StaffAdded.v1'>
  | EventOf<'throughline.StaffRolesChanged.v1'>
  | EventOf<'throughline.StaffLeft.v1'>
  | Says<'throughline.StaffSignedIn.v1', SignedIn>

interface Known {
  readonly staffId: string
  readonly name: string
  readonly email: string
}

export type StaffState =
  | { readonly status: 'none' }
  | (Known & {
      readonly status: 'working'
      readonly roles: readonly StaffRole[]
      /** Sessions begun with these roles. */
      readonly sessions: readonly { readonly sessionId: string; readonly expiresAt: Instant }[]
      /** Sessions begun with the roles before these. */
      readonly outdated: readonly string[]
    })
  | (Known & { readonly status: 'left'; readonly outdated: readonly string[] })

/**
 * Whoever works here. Signing in stands in the same stream as the roles, so that each change of roles knows every session
 * that was begun before it, with no view in between.
 */
export const staff: Stream<StaffState, StaffEvent> = {
  name: 'staff',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.StaffAdded.v1') {
      const { staffId, name, email, roles } = event.data
      return { status: 'working', staffId, name, email, roles, sessions: [], outdated: [] }
    }
    if (state.status !== 'working') return state
    const outdated = state.sessions.map(({ sessionId }) => sessionId)
    switch (event.type) {
      case 'throughline.StaffRolesChanged.v1':
        return { ...state, roles: event.data.roles, sessions: [], outdated }
      case 'throughline.StaffSignedIn.v1': {
        const { sessionId, at, expiresAt } = event.data
        const lasting = state.sessions.filter((session) => fromInstant(session.expiresAt) > fromInstant(at))
        return { ...state, sessions: [...lasting, { sessionId, expiresAt }] }
      }
      case 'throughline.StaffLeft.v1': {
        const { staffId, name, email } = state
        return { status: 'left', staffId, name, email, outdated }
      }
    }
  },
}

/** @throws Refused `identity.staff-left` */
export const addStaff =
  (wish: EventOf<'throughline.StaffAdded.v1'>['data']) =>
  (state: StaffState): readonly StaffEvent[] => {
    if (state.status === 'working') return []
    if (state.status === 'left') throw staffLeft()
    const { staffId, name, email } = wish
    const data = { staffId, name, email, roles: inOrder(wish.roles) }
    return [{ type: 'throughline.StaffAdded.v1', data }]
  }

/** @throws Refused `identity.staff-unknown`, `identity.staff-left` */
export const changeRoles =
  (wish: { readonly staffId: string; readonly roles: readonly StaffRole[] }) =>
  (state: StaffState): readonly StaffEvent[] => {
    if (state.status === 'none') throw staffUnknown()
    if (state.status === 'left') throw staffLeft()
    const { staffId } = wish
    const roles = inOrder(wish.roles)
    if (roles.join() === state.roles.join()) return []
    return [{ type: 'throughline.StaffRolesChanged.v1', data: { staffId, roles } }]
  }

/** @throws Refused `identity.staff-left`: whoever has left cannot sign in */
export const signInStaff =
  (wish: SignedIn) =>
  (state: StaffState): readonly StaffEvent[] => {
    if (state.status !== 'working') throw staffLeft()
    if (state.sessions.some(({ sessionId }) => sessionId === wish.sessionId)) return []
    return [{ type: 'throughline.StaffSignedIn.v1', data: wish }]
  }

/** @throws Refused `identity.staff-unknown` */
export const removeStaff =
  (wish: { readonly staffId: string }) =>
  (state: StaffState): readonly StaffEvent[] => {
    if (state.status === 'none') throw staffUnknown()
    return state.status === 'left' ? [] : [{ type: 'throughline.StaffLeft.v1', data: wish }]
  }

export function staffUnknown(): Refused {
  return new Refused('not-found', 'identity.staff-unknown', 'There is no such member of staff.')
}

function staffLeft(): Refused {
  return new Refused('conflict', 'identity.staff-left', 'This member of staff no longer works here.', {
    todo: 'Add the person anew.',
  })
}

// One spelling of a set, so that the same roles in another order are no change.
function inOrder(roles: readonly StaffRole[]): readonly StaffRole[] {
  return [...new Set(roles)].sort()
}
