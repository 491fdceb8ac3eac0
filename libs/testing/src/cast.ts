import type { Caller, Role } from '@throughline/ports'

function person(kind: 'customer' | 'guest' | 'staff' | 'client', id: string, roles: readonly Role[]): Caller {
  return {
    kind,
    id,
    actor: `${kind}:${id}`,
    roles,
    assurance: kind === 'guest' ? 'none' : 'code',
    session: `5e55${id.slice(4)}`,
    authenticatedAt: '2026-11-20T08:59:00.000Z',
  }
}

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000000`

/** A customer of any id. */
export const customerNamed = (customerId: string): Caller => person('customer', customerId, ['customer'])
/** A guest of any id. */
export const guestNamed = (guestId: string): Caller => person('guest', guestId, ['guest'])
/** A member of staff of any id with any roles. */
export const staffNamed = (staffId: string, ...roles: readonly Role[]): Caller =>
  person('staff', staffId, roles)

/** Customers of the household shop every test plays in. */
export const ana = customerNamed(id(1))
export const tomas = customerNamed(id(2))
export const guest = guestNamed(id(3))
/** Agents. */
export const joel = staffNamed(id(4), 'agent')
export const mira = staffNamed(id(5), 'agent')
/** Supervises the agents and owns the articles. */
export const helena = staffNamed(id(6), 'supervisor', 'knowledge-owner')
export const ivo = staffNamed(id(7), 'analyst')
export const rita = staffNamed(id(8), 'administrator')
/** The order system. */
export const shop = person('client', id(9), ['back-office'])
/** Hands over what happened elsewhere and before. */
export const archive = person('client', '00000010-0000-7000-8000-000000000000', ['importer'])
