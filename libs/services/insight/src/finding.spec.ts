import { fold } from '@throughline/kernel'
import type { Decision } from '@throughline/kernel'
import {
  actOnFinding,
  assignFinding,
  closeFinding,
  findings,
  raiseFinding,
  reopenFinding,
} from './finding.js'
import type { FindingEvent, FindingState } from './finding.js'

const NOW = '2026-11-20T09:00:00.000Z'
const LATER = '2026-12-20T09:00:00.000Z'
type Decided = Decision<FindingState, FindingEvent>

const raise = raiseFinding({
  findingId: 'f',
  metric: 'contacts-by-cause',
  version: 1,
  cell: { cause: 'letter-unclear' },
  figure: {},
  says: '28 contacts',
})
const assign = assignFinding({ department: 'letters', actBy: LATER, now: NOW })
const act = actOnFinding({ what: 'Rewrote the letter' })
const close = closeFinding({ helped: true, why: 'Half as many' })
const reopen = reopenFinding({ why: 'They are back' })

const after = (...wishes: readonly Decided[]): readonly FindingEvent[] =>
  wishes.reduce<readonly FindingEvent[]>((told, wish) => [...told, ...wish(fold(findings, told))], [])
const short = (told: readonly FindingEvent[]) => told.map(({ type }) => type.split('.')[1])

describe('a finding (C42)', () => {
  it('is raised, assigned, acted on, closed and reopened', () => {
    expect(short(after(raise, assign, act, close, reopen, act, close))).toEqual([
      'InsightRaised',
      'FindingAssigned',
      'FindingActedOn',
      'FindingClosed',
      'FindingReopened',
      'FindingClosed',
    ])
  })

  it.each([
    ['raised', [raise], raise],
    ['assigned', [raise, assign], assign],
    ['acted on', [raise, assign, act], act],
    ['closed', [raise, assign, act, close], close],
    ['reopened', [raise], reopen],
  ])('that is %s already stays as it is', (_, before, wish) => {
    expect(after(...before, wish)).toEqual(after(...before))
  })

  it.each([
    ['assigned before it is raised', [], assign, 'finding.unknown'],
    ['reopened before it is raised', [], reopen, 'finding.unknown'],
    [
      'assigned for a time past',
      [raise],
      assignFinding({ department: 'a', actBy: NOW, now: NOW }),
      'finding.act-by-past',
    ],
    ['acted on by nobody', [raise], act, 'finding.unassigned'],
    ['closed as helped when nothing was done', [raise, assign], close, 'finding.nothing-done'],
    ['acted on when closed', [raise, assign, act, close], actOnFinding({ what: 'More' }), 'finding.closed'],
  ])('is not %s', (_, before, wish, code) => {
    expect(() => after(...before, wish)).toThrow(expect.objectContaining({ code }) as Error)
  })
})
