import { ownStart, SERVICE_LEVELS, serviceLevel, serviceLevelByArrival } from './service-level.js'
import type { ContactRow, ServiceLevelDefinition } from './service-level.js'

const base = {
  requestedAt: 0,
  menuEnteredAt: 0,
  hadToQueue: true,
  callback: false,
  transferred: false,
  openHours: true,
}
const answered = (id: string, wait: number, more: Partial<ContactRow> = {}): ContactRow => ({
  ...base,
  id,
  queuedAt: 10_000,
  connectedAt: 10_000 + wait * 1000,
  ...more,
})
const left = (id: string, wait: number, more: Partial<ContactRow> = {}): ContactRow => ({
  ...base,
  id,
  queuedAt: 10_000,
  leftAt: 10_000 + wait * 1000,
  ...more,
})

const ROWS: readonly ContactRow[] = [
  answered('a1', 0, { hadToQueue: false }),
  answered('a2', 0, { hadToQueue: false }),
  answered('a3', 15),
  answered('a4', 18),
  answered('a5', 60),
  left('b1', 3),
  left('b2', 12),
  left('b3', 40),
  { ...base, id: 'm1', leftAt: 8_000 },
]
const share = (definition: ServiceLevelDefinition) => {
  const { met, missed } = serviceLevel(ROWS, definition, 1_000_000)
  return `${String(met)}/${String(met + missed)}`
}

describe('the service level (C47)', () => {
  it.each([
    ['S1', '4/5'],
    ['S2', '4/8'],
    ['S3', '4/6'],
    ['S4', '6/8'],
    ['S5', '4/7'],
    ['S6', '4/9'],
    ['S7', '2/5'],
    ['S8', '2/9'],
    ['S9', '2/3'],
  ] as const)('of the same calls is by definition %s %s', (name, expected) => {
    expect(share(SERVICE_LEVELS[name](20))).toBe(expected)
  })

  it('from her own start counts the time before the queue', () => {
    expect(share(ownStart(20))).toBe('2/8')
  })

  it('misses open contacts past the threshold and waits for the younger ones', () => {
    const open = [
      { ...base, id: 'o1', queuedAt: 0 },
      { ...base, id: 'o2', queuedAt: 90_000 },
    ]
    expect(serviceLevel(open, SERVICE_LEVELS.S1(20), 100_000)).toEqual({
      met: 0,
      missed: 1,
      pending: 1,
      share: 0,
    })
    expect(serviceLevel([], SERVICE_LEVELS.S1(20), 0).share).toBeNull()
  })

  it('of a chat is reached at the first human words', () => {
    const chat = answered('c1', 2, { firstHumanReplyAt: 60_000 })
    const words: ServiceLevelDefinition = {
      ...SERVICE_LEVELS.S2(20),
      clock: { from: 'queued', to: 'first-human-reply' },
    }
    expect(serviceLevel([chat], words, 1_000_000)).toMatchObject({ met: 0, missed: 1 })
  })

  it('counts callbacks, transfers and hours as its definition says', () => {
    const rows = [
      answered('a', 5, { callback: true }),
      answered('b', 5, { openHours: false }),
      answered('c', 5),
    ]
    const count = (more: Partial<ServiceLevelDefinition>) => {
      return serviceLevel(rows, { ...SERVICE_LEVELS.S2(20), ...more }, 1_000_000).met
    }
    expect([count({}), count({ callbacks: 'excluded' }), count({ hours: 'open' })]).toEqual([3, 2, 2])
    const moved = [answered('t', 15, { transferred: true })]
    expect(serviceLevel(moved, ownStart(20), 1_000_000).missed).toBe(1)
    expect(serviceLevel(moved, { ...ownStart(20), transfers: 'restart' }, 1_000_000).met).toBe(1)
  })

  it('goes by the interval of arrival, whenever the answer came', () => {
    const rows = [answered('a', 5), answered('b', 5000), { ...answered('c', 1), requestedAt: 1_800_000 }]
    expect(serviceLevelByArrival(rows, SERVICE_LEVELS.S1(20), 9_000_000, 900_000)).toEqual([
      { from: 0, met: 1, missed: 1, pending: 0, share: 0.5 },
      { from: 1_800_000, met: 1, missed: 0, pending: 0, share: 1 },
    ])
  })
})
