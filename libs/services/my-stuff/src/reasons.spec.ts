import type { ReasonsOfKind } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import { publishReasons, reasons } from './reasons.js'
import type { ReasonsEvent } from './reasons.js'

const coded = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    code: `r${String(index)}`,
    label: `Reason ${String(index)}`,
  }))
const purchase = (count: number, details = 0): ReasonsOfKind => ({
  kind: 'purchase',
  reasons: coded(count).map((each) => ({ ...each, details: coded(details) })),
})
const published = (version: number, kinds: readonly ReasonsOfKind[]): ReasonsEvent => ({
  type: 'throughline.ReasonsPublished.v1',
  data: { taxonomy: 'reasons', version, kinds },
})
const publish = (kinds: readonly ReasonsOfKind[], ...before: readonly ReasonsEvent[]) =>
  publishReasons({ taxonomy: 'reasons', kinds })(fold(reasons, before))

const refusal = (code: string) => expect.objectContaining({ name: 'Refused', code }) as Error

describe('publishing reasons', () => {
  it('takes up to seven with up to twelve behind each (C7, C8)', () => {
    expect(publish([purchase(7, 12)])).toEqual([published(1, [purchase(7, 12)])])
  })
  it('numbers each version anew', () => {
    expect(publish([purchase(3)], published(1, [purchase(2)]))).toEqual([published(2, [purchase(3)])])
  })
  it('refuses an eighth reason and a thirteenth detail', () => {
    expect(() => publish([purchase(8)])).toThrow(refusal('reasons.too-many'))
    expect(() => publish([purchase(1, 13)])).toThrow(refusal('reasons.too-many'))
  })
  it('refuses the same code or kind twice', () => {
    const twice = {
      kind: 'quote',
      reasons: [...coded(1), ...coded(1)].map((r) => ({ ...r, details: [] })),
    } as const
    expect(() => publish([twice])).toThrow(refusal('reasons.twice'))
    expect(() => publish([purchase(1), purchase(2)])).toThrow(refusal('reasons.twice'))
  })
  it('adds nothing when the same are in force', () => {
    expect(publish([purchase(2)], published(1, [purchase(2)]))).toEqual([])
  })
})
