import type { Caller } from '@throughline/ports'
import { ana } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'

export const JOURNEYS = '/api/v1/journey/journeys'
export const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
export const question = { name: 'question', label: 'Says', value: 'It started on Wednesday' }

/** Begins a journey and says its id. */
export async function begin(
  world: World,
  caller: Caller = ana,
  body: object = { entrance: 'need-help' },
): Promise<string> {
  const response = await world.as(caller).post(JOURNEYS, body)
  expect(response.status).toBe(201)
  await world.settled()
  return (response.body as { readonly id: string }).id
}

export const context = (world: World, caller: Caller, journey: string, query = ''): Promise<Response> =>
  world.as(caller).get(`${JOURNEYS}/${journey}/context${query}`)
