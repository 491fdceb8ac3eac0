import { noticesOf } from './open.js'

describe('the start with Redis', () => {
  it.each([
    ['maxmemory:0\r\nmaxmemory_policy:noeviction\r\n'],
    ['maxmemory:1000\r\nmaxmemory_policy:noeviction\r\n'],
    ['maxmemory:1000\r\nmaxmemory_policy:volatile-lru\r\n'],
  ])('has nothing to say about a server that never evicts a view: %j', (info) => {
    expect(noticesOf(info)).toEqual([])
  })

  it('says that views may be evicted, and when', () => {
    const [now] = noticesOf('maxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n')
    expect(now).toMatch(/^Redis evicts views at 1000 bytes \(maxmemory-policy allkeys-lru\)/)
    const [later] = noticesOf('maxmemory:0\r\nmaxmemory_policy:allkeys-random\r\n')
    expect(later).toMatch(/^Redis evicts views once it is given a maxmemory/)
  })

  it('says that it does not know where Redis does not tell', () => {
    expect(noticesOf(undefined)).toHaveLength(1)
  })
})
