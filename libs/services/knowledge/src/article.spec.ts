import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import { articles, changeOwner, publishArticle, retireArticle, reviseArticle } from './article.js'
import type { ArticleContent, ArticleEvent } from './article.js'

const articleId = '0190a0aa-0000-7000-8000-000000000001'
const helena = '00000006-0000-7000-8000-000000000000'
const content: ArticleContent = {
  kind: 'guide',
  title: 'The dishwasher does not start',
  summary: '',
  body: 'Is the *tap* open?',
  fits: [{ things: ['purchase'], reasons: ['no-power'], products: [] }],
  language: 'en',
}
const better = { ...content, body: 'Is the tap behind the sink open?' }
const none = articles.initial
const published = publishArticle({ articleId, content, ownerId: helena })(none)
const live = fold(articles, published)
const retired = fold(articles, retireArticle({ articleId, why: 'gone' })(live), live)
const refusal = (code: string) => expect.objectContaining({ code }) as Error

describe('publishing an article', () => {
  it('makes its first version, Markdown as it was written', () => {
    expect(published).toEqual([
      {
        type: 'throughline.ArticlePublished.v1',
        data: { articleId, version: 1, ...content, ownerId: helena },
      },
    ])
  })
  it('is refused over another article', () => {
    expect(() => publishArticle({ articleId, content: better })(live)).toThrow(refusal('article.exists'))
    expect(() => publishArticle({ articleId, content })(retired)).toThrow(refusal('article.exists'))
  })
  it('asked twice, happens once', () => {
    expect(publishArticle({ articleId, content })(live)).toEqual([])
  })
})

describe('revising an article (C17)', () => {
  it('makes the next version and keeps its owner', () => {
    const [event] = reviseArticle({ articleId, content: better, why: 'unclear' })(live)
    expect(event).toEqual({
      type: 'throughline.ArticleRevised.v1',
      data: { articleId, version: 2, ...better, ownerId: helena, why: 'unclear' },
    })
  })
  it('is refused for an unknown and for a retired one', () => {
    const wish = reviseArticle({ articleId, content: better, why: '' })
    expect(() => wish(none)).toThrow(refusal('article.unknown'))
    expect(() => wish(retired)).toThrow(refusal('article.retired'))
  })
  it('to the same text does nothing', () => {
    expect(reviseArticle({ articleId, content: { ...content }, why: 'again' })(live)).toEqual([])
  })
})

describe('retiring an article', () => {
  it('takes it away', () => {
    expect(retired).toEqual({ status: 'retired', version: 1, ownerId: helena })
  })
  it('is refused for an unknown one', () => {
    expect(() => retireArticle({ articleId, why: 'x' })(none)).toThrow(refusal('article.unknown'))
  })
  it('asked twice, happens once', () => {
    expect(retireArticle({ articleId, why: 'again' })(retired)).toEqual([])
  })
})

describe('changing who answers for an article', () => {
  const ownerId = '00000008-0000-7000-8000-000000000000'
  it('names the new owner', () => {
    const now = fold(articles, changeOwner({ articleId, ownerId })(live), live)
    expect(now).toMatchObject({ status: 'live', ownerId })
  })
  it('is refused for an unknown and for a retired one', () => {
    expect(() => changeOwner({ articleId, ownerId })(none)).toThrow(refusal('article.unknown'))
    expect(() => changeOwner({ articleId, ownerId })(retired)).toThrow(refusal('article.retired'))
  })
  it('to the same person does nothing', () => {
    expect(changeOwner({ articleId, ownerId: helena })(live)).toEqual([])
  })
})

describe('an article', () => {
  it('counts its versions without a gap, whatever is wished in whatever order, and replays to the same state', () => {
    const wish = fc.constantFrom(
      publishArticle({ articleId, content }),
      reviseArticle({ articleId, content, why: '' }),
      reviseArticle({ articleId, content: better, why: '' }),
      retireArticle({ articleId, why: 'x' }),
      changeOwner({ articleId, ownerId: helena }),
    )
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        const history: ArticleEvent[] = []
        let state = none
        for (const decide of wishes) {
          try {
            const events = decide(state)
            history.push(...events)
            state = fold(articles, events, state)
            expect(decide(state)).toEqual([])
          } catch (error) {
            if (!(error instanceof Refused)) throw error
          }
        }
        const versions = history.flatMap(({ data }) => ('version' in data ? [data.version] : []))
        expect(versions).toEqual(versions.map((_, at) => at + 1))
        expect(fold(articles, history)).toEqual(state)
      }),
    )
  })
})
