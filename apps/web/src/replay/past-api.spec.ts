import { isSameAtAllTimes } from './past-api'

describe('what the views of a past moment can ask for', () => {
  it.each([
    '/contact/contacts/1',
    '/journey/journeys/1/context',
    '/routing/channels',
    '/identity/names-of-others',
    '/identity/customers/1?x=/identity/names',
  ])('is nothing of today: %s (C48, C49)', (path) => {
    expect(isSameAtAllTimes(path)).toBe(false)
  })

  it.each(['/identity/names?ids=1,2', '/platform/about'])(
    'is what is the same at every moment: %s',
    (path) => {
      expect(isSameAtAllTimes(path)).toBe(true)
    },
  )
})
