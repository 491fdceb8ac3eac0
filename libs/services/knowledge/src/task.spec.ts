import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import { closeTask, findGap, flagArticle, settleTask, tasks } from './task.js'
import type { TaskEvent } from './task.js'

const taskId = '0190a0aa-0000-7000-8000-00000000000f'
const articleId = '0190a0aa-0000-7000-8000-000000000001'
const contactId = '0190a0aa-0000-7000-8000-00000000000c'
const flag = flagArticle({ taskId, articleId, version: 1, why: 'did-not-help' })
const gap = findGap({ taskId, thing: 'purchase', reason: 'no-power', detail: 'fuse', contactId })
const notMine = closeTask({ how: 'not-the-article', note: 'The carrier lost it.' })
const none = tasks.initial
const flagged = fold(tasks, flag(none))
const found = fold(tasks, gap(none))
const after = (state: typeof none, decide: (state: typeof none) => readonly TaskEvent[]) =>
  fold(tasks, decide(state), state)
const refusal = (code: string) => expect.objectContaining({ code }) as Error

describe('flagging a version (C17)', () => {
  it('opens a task for its owner', () => {
    const ownerId = '00000006-0000-7000-8000-000000000000'
    expect(flagArticle({ taskId, articleId, version: 1, ownerId, why: 'outdated' })(none)).toEqual([
      {
        type: 'throughline.ArticleFlagged.v1',
        data: { taskId, articleId, version: 1, ownerId, why: 'outdated' },
      },
    ])
  })
  it('opens one task, however many contacts follow', () => {
    expect(flag(flagged)).toEqual([])
  })
  it('leaves an owner in peace who found the version not at fault, unless a person flags it', () => {
    const closed = after(flagged, notMine)
    expect(flag(closed)).toEqual([])
    expect(flagArticle({ taskId, articleId, version: 1, why: 'outdated' })(closed)).toHaveLength(1)
  })
})

describe('a gap', () => {
  it('is found at the first contact and counts it', () => {
    expect(gap(none)).toEqual([
      { type: 'throughline.KnowledgeGapFound.v1', data: { taskId, thing: 'purchase', reason: 'no-power' } },
      { type: 'throughline.KnowledgeGapMet.v1', data: { taskId, contactId, detail: 'fuse' } },
    ])
  })
  it('is found once; a further contact is only counted, the same one not at all', () => {
    const other = { taskId, thing: 'purchase', reason: 'no-power', contactId: articleId } as const
    expect(findGap(other)(found).map(({ type }) => type)).toEqual(['throughline.KnowledgeGapMet.v1'])
    expect(gap(found)).toEqual([])
    expect(gap(after(found, notMine))).toEqual([])
  })
  it('is found anew after it was closed', () => {
    const other = { taskId, thing: 'purchase', reason: 'no-power', contactId: articleId } as const
    const closed = after(found, settleTask({ how: 'written', note: '', articleId }))
    expect(findGap(other)(closed)).toHaveLength(2)
  })
})

describe('closing a task', () => {
  it('says how, with a note', () => {
    expect(notMine(flagged)).toEqual([
      {
        type: 'throughline.ArticleTaskClosed.v1',
        data: { taskId, articleId, how: 'not-the-article', note: 'The carrier lost it.' },
      },
    ])
  })
  it('is refused for an unknown task, in two ways at once, and in a way that does not suit it', () => {
    expect(() => notMine(none)).toThrow(refusal('task.unknown'))
    expect(() => closeTask({ how: 'retired', note: 'x' })(after(flagged, notMine))).toThrow(
      refusal('task.closed'),
    )
    expect(() => closeTask({ how: 'retired', note: 'x' })(found)).toThrow(refusal('task.cannot-close-so'))
    expect(() => closeTask({ how: 'written', note: 'x' })(flagged)).toThrow(refusal('task.cannot-close-so'))
  })
  it('asked twice, happens once', () => {
    expect(notMine(after(flagged, notMine))).toEqual([])
  })
})

describe('a task that settles by itself', () => {
  const written = settleTask({ how: 'written', note: '', articleId })
  it('names the article that filled a gap', () => {
    expect(written(found)[0]?.data).toEqual({ taskId, articleId, how: 'written', note: '' })
  })
  it('has nothing to do when nothing is open', () => {
    expect(written(none)).toEqual([])
    expect(written(after(found, notMine))).toEqual([])
  })
})

describe('any task', () => {
  it('is never opened twice nor closed twice in a row', () => {
    const wish = fc.constantFrom(
      flag,
      gap,
      findGap({ taskId, thing: 'quote', reason: 'late', contactId: articleId }),
      notMine,
      settleTask({ how: 'revised', note: '' }),
    )
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        let state = none
        const turns: boolean[] = []
        for (const decide of wishes) {
          try {
            const events = decide(state)
            for (const { type } of events) {
              if (type !== 'throughline.KnowledgeGapMet.v1')
                turns.push(type === 'throughline.ArticleTaskClosed.v1')
            }
            state = fold(tasks, events, state)
          } catch (error) {
            if (!(error instanceof Refused)) throw error
          }
        }
        expect(turns).toEqual(turns.map((_, at) => at % 2 === 1))
      }),
    )
  })
})
