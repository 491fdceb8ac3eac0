import { usualPath } from './usual-path'

const asked = ['help-opened', 'article-read', 'contact-asked', 'contact-answered']
const anatomy = {
  asWas: '2026-11-22T12:00:00.000Z',
  known: 9,
  journeys: 44,
  variants: [
    { path: ['help-opened', 'article-read'], journeys: 17 },
    { path: asked, journeys: 20 },
    { path: ['help-opened', 'contact-asked', 'contact-answered'], journeys: 7 },
  ],
  edges: [
    { from: 'help-opened', to: 'article-read', count: 37 },
    { from: 'help-opened', to: 'contact-asked', count: 7 },
    { from: 'article-read', to: 'contact-asked', count: 20 },
    { from: 'contact-asked', to: 'contact-answered', count: 27 },
  ],
  starts: [{ step: 'help-opened', count: 44 }],
  ends: [
    { step: 'article-read', count: 17 },
    { step: 'contact-answered', count: 27 },
  ],
}

describe('the usual path', () => {
  it('is the commonest that leads to a contact, with everybody who came to each step (C49)', () => {
    const path = usualPath(anatomy)
    expect(path?.exactly).toBe(20)
    expect(path?.steps.map(({ step, reached }) => [step, reached])).toEqual([
      ['help-opened', 44],
      ['article-read', 37],
      ['contact-asked', 27],
      ['contact-answered', 27],
    ])
  })

  it('says where journeys end or turn aside (C49, C50)', () => {
    const steps = usualPath(anatomy)?.steps
    expect(steps?.[0]?.aside).toEqual([{ step: 'contact-asked', count: 7 }])
    expect(steps?.[1]?.leave).toBe(17)
    expect(steps?.at(-1)).toMatchObject({ leave: 0, aside: [] })
  })

  it('is the commonest of all where nobody contacted us, and none where too few journeys are shown', () => {
    expect(usualPath({ ...anatomy, variants: anatomy.variants.slice(0, 1) })?.exactly).toBe(17)
    expect(usualPath({ asWas: '', known: 1 })).toBeUndefined()
  })

  it('never counts more journeys at a step than there are', () => {
    const again = { from: 'contact-answered', to: 'contact-asked', count: 30 }
    const steps = usualPath({ ...anatomy, edges: [...anatomy.edges, again] })?.steps
    expect(steps?.map(({ reached }) => reached)).toEqual([44, 37, 44, 27])
  })
})
