import { fold } from '@throughline/kernel'
import { clients, disableClient, makeClient, replaceClientSecret } from './client.js'
import type { ClientState } from './client.js'

const clientId = 'shop'
const wish = { clientId, name: 'Shop', roles: ['back-office'], digest: 'one', sessionId: 's1' } as const
const none: ClientState = { status: 'none' }
const made = fold(clients, makeClient(wish)(none))
const replace = replaceClientSecret({ clientId, digest: 'two', sessionId: 's2' })
const disabled = fold(clients, disableClient({ clientId })(made), made)
const revoked = (sessionId: string) => ({
  type: 'throughline.SessionEnded.v1',
  data: { sessionId, subjectId: clientId, why: 'revoked' },
})

describe('a client', () => {
  it('is made once', () => {
    expect(made).toMatchObject({ status: 'enabled', digest: 'one', secrets: 1 })
    expect(makeClient({ ...wish, name: 'Other' })(made)).toEqual([])
  })

  it('gets another secret, and what the old one opened is over (S08)', () => {
    expect(replace(made).at(1)).toEqual(revoked('s1'))
    expect(fold(clients, replace(made), made)).toMatchObject({ digest: 'two', sessionId: 's2', secrets: 2 })
  })

  it('gets no other secret when it has it already, is disabled or unknown', () => {
    expect(replaceClientSecret({ clientId, digest: 'one', sessionId: 's2' })(made)).toEqual([])
    expect(() => replace(disabled)).toThrow('disabled')
    expect(() => replace(none)).toThrow('no such client')
  })

  it('is disabled once, with its tokens', () => {
    expect(disableClient({ clientId })(made).at(1)).toEqual(revoked('s1'))
    expect(disabled).toEqual({ status: 'disabled', clientId, name: 'Shop' })
    expect(disableClient({ clientId })(disabled)).toEqual([])
    expect(() => disableClient({ clientId })(none)).toThrow('no such client')
  })
})
