import { fold } from '@throughline/kernel'
import { guests, recogniseGuest, startGuest } from './guest.js'

const wish = { guestId: 'guest', customerId: 'ana', assurance: 'code' } as const
const started = fold(guests, startGuest({ guestId: 'guest' })({ status: 'none' }))
const recognised = fold(guests, recogniseGuest(wish)(started), started)

describe('a guest', () => {
  it('starts once', () => {
    expect(started).toEqual({ status: 'started' })
    expect(startGuest({ guestId: 'guest' })(started)).toEqual([])
  })

  it('is recognised by signing in (C3)', () => {
    expect(recogniseGuest(wish)(started)).toEqual([{ type: 'throughline.GuestRecognised.v1', data: wish }])
    expect(recognised).toEqual({ status: 'recognised', customerId: 'ana' })
  })

  it('is recognised once', () => {
    expect(recogniseGuest(wish)(recognised)).toEqual([])
  })

  it('never becomes somebody else, and nobody becomes an unknown guest', () => {
    expect(() => recogniseGuest({ ...wish, customerId: 'tomas' })(recognised)).toThrow('somebody else')
    expect(() => recogniseGuest(wish)({ status: 'none' })).toThrow('no such guest')
  })
})
