import type { Case } from '../api/case'
import { openPromises, stagesOf } from './case-line'

const kase: Case = {
  id: 'k',
  reference: '2412404',
  customerId: 'ana',
  journeyId: 'j',
  subject: 'The plinth came with a dent.',
  status: 'open',
  contacts: 1,
  repeat: false,
  openedAt: '2026-11-20T13:38:00.000Z',
  changedAt: '2026-11-20T13:38:00.000Z',
  promises: [
    { what: 'We call', by: '2026-11-22T13:00:00.000Z', status: 'missed' },
    { what: 'We order it', by: '2026-11-21T13:00:00.000Z', status: 'kept' },
    { what: 'We write', by: '2026-11-21T15:00:00.000Z', status: 'running' },
  ],
  timeline: [
    {
      at: '2026-11-20T13:38:00.000Z',
      what: 'contact',
      contactId: 'c',
      journeyId: 'j',
      words: 'A new plinth is ordered.',
      requestedAt: '2026-11-20T13:35:00.000Z',
    },
  ],
}

describe('where a case stands (C22)', () => {
  it('goes from what she told over what comes next to what she confirms', () => {
    const next = { what: 'We call', by: '2026-11-22T13:00:00.000Z', missed: true }
    expect(stagesOf({ ...kase, next })).toEqual([
      { what: 'told', at: '2026-11-20T13:35:00.000Z' },
      { what: 'looked-into', at: kase.openedAt },
      { what: 'next', words: 'We call', at: next.by, missed: true },
      { what: 'confirm' },
    ])
  })

  it('ends solved', () => {
    const resolution = { how: 'solved', words: 'It fits.', at: '2026-11-24T09:00:00.000Z' }
    const stages = stagesOf({ ...kase, status: 'resolved', resolution })
    expect(stages.at(-1)).toEqual({ what: 'solved', at: resolution.at })
  })

  it('shows the promises that are still to be kept', () => {
    expect(openPromises(kase).map(({ what }) => what)).toEqual(['We write'])
  })
})
