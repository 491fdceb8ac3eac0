import { DAY } from '@throughline/kernel'
import { ana, at, helena, shop } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'

export const STUFF = '/api/v1/my-stuff'
export const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
export const dishwasher = {
  customerId: ana.id,
  kind: 'purchase',
  source: 'shop',
  reference: 'HH-20418',
  title: 'Bris 45 slimline dishwasher',
  state: 'delivered',
  date: at(-16 * DAY),
  product: 'Bris 45',
}
const made = (response: Response): string => (response.body as { readonly id: string }).id

/** Adds a dishwasher of Ana's that differs in these fields, and says its id. */
export async function add(world: World, fields: object = {}): Promise<string> {
  const response = await world.as(shop).post(`${STUFF}/items`, { ...dishwasher, ...fields })
  expect(response.status).toBe(201)
  await world.settled()
  return made(response)
}

export const publish = (world: World, kinds: unknown): Promise<Response> =>
  world.as(helena).put(`${STUFF}/reasons/reasons`, { kinds })
export const working = {
  kind: 'purchase',
  reasons: [
    { code: 'not-working', label: 'It isn’t working', details: [{ code: 'leaks', label: 'It leaks' }] },
    { code: 'return', label: 'Return or exchange', details: [] },
  ],
}
