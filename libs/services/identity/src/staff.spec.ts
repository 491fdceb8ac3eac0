import fc from 'fast-check'
import { fold } from '@throughline/kernel'
import type { StaffRole } from '@throughline/contracts'
import { addStaff, changeRoles, removeStaff, signInStaff, staff } from './staff.js'
import type { StaffState } from './staff.js'

const staffId = 'mira'
const wish = { staffId, name: 'Mira', email: 'mira@example.com', roles: ['agent'] as const }
const none: StaffState = { status: 'none' }
const working = fold(staff, addStaff(wish)(none))
const signedIn = (
  sessionId: string,
  at = '2026-11-20T09:00:00.000Z',
  expiresAt = '2026-11-20T21:00:00.000Z',
) => signInStaff({ staffId, sessionId, at, expiresAt })
const after = (state: StaffState, decision: ReturnType<typeof removeStaff>): StaffState =>
  fold(staff, decision(state), state)
const left = after(working, removeStaff({ staffId }))

describe('a member of staff', () => {
  it('is added once, and not again under the same id when gone', () => {
    expect(working).toMatchObject({ status: 'working', roles: ['agent'] })
    expect(addStaff(wish)(working)).toEqual([])
    expect(() => addStaff(wish)(left)).toThrow('no longer works here')
  })

  it('gets other roles, and every session begun before is known to be outdated (S08)', () => {
    const busy = after(after(working, signedIn('one')), signedIn('two'))
    const changed = after(busy, changeRoles({ staffId, roles: ['supervisor', 'agent'] }))
    expect(changed).toMatchObject({ roles: ['agent', 'supervisor'], sessions: [], outdated: ['one', 'two'] })
  })

  it('keeps the sessions when the roles stay, in whatever order they are told', () => {
    const two = after(working, changeRoles({ staffId, roles: ['supervisor', 'agent'] }))
    expect(changeRoles({ staffId, roles: ['agent', 'supervisor', 'agent'] })(two)).toEqual([])
  })

  it('has no roles to change when unknown or gone', () => {
    expect(() => changeRoles({ staffId, roles: ['agent'] })(none)).toThrow('no such member')
    expect(() => changeRoles({ staffId, roles: ['agent'] })(left)).toThrow('no longer works here')
  })

  it('signs in only while working here, and one session once', () => {
    const one = after(working, signedIn('one'))
    expect(signedIn('one')(one)).toEqual([])
    expect(() => signedIn('one')(left)).toThrow('no longer works here')
    expect(() => signedIn('one')(none)).toThrow('no longer works here')
  })

  it('leaves once, with every session outdated', () => {
    const gone = after(after(working, signedIn('one')), removeStaff({ staffId }))
    expect(gone).toMatchObject({ status: 'left', outdated: ['one'] })
    expect(removeStaff({ staffId })(gone)).toEqual([])
    expect(() => removeStaff({ staffId })(none)).toThrow('no such member')
  })

  it('is remembered with the sessions that still last, and no others', () => {
    const first = after(working, signedIn('one'))
    const next = after(first, signedIn('two', '2026-11-20T21:00:00.000Z', '2026-11-21T09:00:00.000Z'))
    expect(next).toMatchObject({ sessions: [{ sessionId: 'two' }] })
  })

  it('never holds a session that began with other roles (S08)', () => {
    const roles = fc.uniqueArray(fc.constantFrom<StaffRole>('agent', 'supervisor', 'analyst'), {
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(roles, fc.uuid()), { maxLength: 30 }), (steps) => {
        let state = working
        const began = new Map<string, string>()
        for (const step of steps) {
          if (typeof step === 'string') {
            state = after(state, signedIn(step))
            if (state.status === 'working' && !began.has(step)) began.set(step, state.roles.join())
          } else state = after(state, changeRoles({ staffId, roles: step }))
          if (state.status !== 'working') throw new Error('nobody left')
          for (const { sessionId } of state.sessions) expect(began.get(sessionId)).toBe(state.roles.join())
        }
      }),
    )
  })
})
