import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useApi } from '../api/context'
import { NoAnswer } from '../api/problem'
import { randomKey } from '../api/random'
import { DESK, THINGS } from './api'
import type { Content } from './api'
import { contentOf, EMPTY, keepDraft, missing, same } from './draft'
import { useDraft } from './draft-kept'
import { Editor } from './editor'
import styles from './knowledge.module.css'

/** An article that is not there yet; for a gap it is offered from the start where people asked without one. */
export function NewArticle({ back }: { readonly back: string }) {
  const { t } = useTranslation('knowledge')
  const api = useApi()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const [asked] = useSearchParams()
  const [start] = useState(() => begun(asked))
  const slot = `new ${asked.get('thing') ?? ''} ${asked.get('reason') ?? ''}`.trim()
  const { draft, kept, change } = useDraft(slot, start, 0)
  const [tried, setTried] = useState(false)
  const [key] = useState(randomKey)
  const content = draft?.content ?? start
  const heading = useRef<HTMLHeadingElement>(null)
  const publish = useMutation({
    mutationFn: () => api.post<{ readonly id: string }>('/knowledge/articles', contentOf(content), { key }),
    onSuccess: ({ id }) => {
      keepDraft(slot, undefined)
      void queries.invalidateQueries({ queryKey: DESK })
      go(`/desk/knowledge/articles/${id}`)
    },
  })
  useEffect(() => {
    heading.current?.focus()
  }, [])
  const without = missing(content)
  return (
    <div className={styles.document}>
      <Link to={back} className={styles.back ?? ''}>
        <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
        {t('back')}
      </Link>
      <div className={styles.head}>
        <div className={styles.name}>
          <h2 ref={heading} tabIndex={-1}>
            {content.title === '' ? t('article.untitled') : content.title}
          </h2>
        </div>
        <div className={styles.buttons}>
          <Button
            aria-disabled={publish.isPending}
            onClick={() => {
              setTried(true)
              if (without.length === 0 && !publish.isPending) publish.mutate()
            }}
          >
            {t(publish.isPending ? 'publish.doing' : 'article.publish-new')}
          </Button>
        </div>
      </div>
      {tried && without.length > 0 && (
        <p className={styles.refused} role="alert">
          {without.map((part) => t(`editor.${part}-missing`)).join(' ')}
        </p>
      )}
      {publish.isError && (
        <p className={styles.refused} role="alert">
          {publish.error instanceof NoAnswer
            ? t('publish.no-answer')
            : t('publish.refused', { why: publish.error.message })}
        </p>
      )}
      <Editor
        content={content}
        live={undefined}
        version={0}
        savedAt={draft === undefined || same(content, start) ? undefined : draft.savedAt}
        kept={kept}
        onChange={change}
      />
    </div>
  )
}

function begun(asked: URLSearchParams): Content {
  const reason = asked.get('reason')
  const thing = THINGS.find((each) => each === asked.get('thing'))
  if (reason === null && thing === undefined) return EMPTY
  const fit = {
    things: thing === undefined ? [] : [thing],
    reasons: reason === null ? [] : [reason],
    products: [],
  }
  return { ...EMPTY, fits: [fit] }
}
