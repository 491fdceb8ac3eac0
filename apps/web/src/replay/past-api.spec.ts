import { Session } from '../api/session'
import { PastApi } from './past-api'

const api = new PastApi(new Session('staff'))
const asked: string[] = []
const { fetch } = globalThis

beforeAll(() => {
  globalThis.fetch = (path) => {
    asked.push(path instanceof Request ? path.url : String(path))
    return Promise.resolve(Response.json({ items: [] }))
  }
})
afterAll(() => {
  globalThis.fetch = fetch
})

describe('what the views of a past moment can ask for', () => {
  it.each(['/contact/contacts/1', '/journey/journeys/1/context', '/routing/channels', '/identity/names-of-others'])(
    'is nothing of today: %s (C48, C49)',
    async (path) => {
      await expect(api.get(path)).rejects.toMatchObject({ code: 'replay.not-recorded' })
      expect(asked).toEqual([])
    },
  )

  it('does nothing: no message is sent from a past moment', async () => {
    await expect(api.post('/contact/contacts/1/messages', { text: 'Hello' })).rejects.toMatchObject({
      code: 'replay.not-recorded',
    })
    await expect(api.stream()).rejects.toMatchObject({ code: 'replay.not-recorded' })
    expect(asked).toEqual([])
  })
})
