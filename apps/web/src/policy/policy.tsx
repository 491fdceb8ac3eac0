import { Button } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/context'
import { useNames } from '../api/names'
import { TopBar } from '../desk/frame'
import { useAnnounce } from '../shared/announce'
import { PartFailed, Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { Affected } from './affected'
import { problemsOf, useLivePolicy, usePreview, usePromises, useReasons, useSegments } from './api'
import type { PolicyProblem, PolicyVersion, PublishedVersion } from './api'
import { difference } from './difference'
import { useDifferenceWords } from './difference-words'
import type { Doc } from './document'
import { useDraft } from './draft'
import { placeOf } from './editing'
import type { Editing, Place } from './editing'
import { usePolicyNames } from './names'
import { NoPolicy, PolicyView } from './policy-view'
import styles from './policy.module.css'
import { Publish } from './publish'
import { readRule, rulesOf } from './rules'
import { STARTING_POLICY } from './starting-policy'
import { staffOf, Versions } from './versions'

type Live = PolicyVersion & { readonly published: PublishedVersion }

/** How contacts are let in, for who knows the service and no code. */
export default function Policy() {
  const { t } = useTranslation('policy')
  const live = useLivePolicy()
  if (live.data === undefined) {
    return (
      <>
        <TopBar title={t('title')} />
        {live.isError ? (
          <PartFailed error={live.error} title={t('failed')} onRetry={() => void live.refetch()} />
        ) : (
          <div className={styles.policy} aria-busy="true">
            <div className={styles.nav}>
              <Shape width="80%" height={40} />
              <Shape width="70%" height={40} />
            </div>
            <div className={styles.middle}>
              <Shape width="60%" height={32} />
              <Shape width="90%" height={160} />
            </div>
          </div>
        )}
      </>
    )
  }
  const name = live.data?.policy ?? 'care'
  return <PolicyDesk key={name} name={name} live={live.data} />
}

const NOTHING: Doc = {}

function PolicyDesk({ name, live }: { readonly name: string; readonly live: Live | null }) {
  const { t } = useTranslation('policy')
  const api = useApi()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const format = useFormat()
  const [draft, keep] = useDraft(name)
  const kinds = useReasons().data ?? []
  const segments = useSegments().data?.items.map(({ segment }) => segment) ?? []
  const promises = usePromises().data?.items ?? []
  const names = usePolicyNames(kinds)
  const words = useDifferenceWords(names)
  const nameOf = useNames([live === null ? undefined : staffOf(live.published.by)])
  const [chosen, setPlace] = useState<Place>()
  const [publishing, setPublishing] = useState<{ readonly why: string }>()
  const [refused, setRefused] = useState<{ readonly doc: Doc; readonly problems: readonly PolicyProblem[] }>()
  const button = useRef<HTMLButtonElement>(null)

  const before = live?.document ?? NOTHING
  const doc = draft?.document ?? before
  const changes = difference(before, doc)
  const drafted = draft !== undefined && (live === null || changes.length > 0)
  const preview = usePreview(name, drafted ? doc : undefined)
  const current = refused?.doc === doc ? refused.problems : undefined
  const problems = current ?? (drafted && !preview.isOld ? problemsOf(preview.error) : [])
  const version = live?.newest ?? 0
  const overtaken = draft !== undefined && drafted && draft.base !== version

  const edit = (next: Doc): void => {
    // Nothing is left of a draft that says what is live.
    keep(
      difference(before, next).length === 0 && live !== null
        ? undefined
        : { base: draft?.base ?? version, document: next },
    )
  }
  const ruleId = (axis: 'urgency' | 'value', n: number): string | undefined => {
    const raw = rulesOf(doc, axis)[n]
    return raw === undefined ? undefined : readRule(raw).id
  }
  const firstRule = ruleId('urgency', 0)
  const place: Place =
    chosen ??
    (firstRule === undefined ? { part: 'channels' } : { part: 'rule', axis: 'urgency', id: firstRule })

  const publish = async (why: string): Promise<void> => {
    try {
      const { version: published } = await api.put<{ readonly version: number }>(
        `/routing/policies/${name}`,
        { ...doc, why },
        // What was published since the draft began is never replaced unseen.
        live === null ? {} : { ifMatch: `"${String(draft?.base ?? version)}"` },
      )
      keep(undefined)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['policy'] }),
        queries.invalidateQueries({ queryKey: ['policy-versions'] }),
      ])
      setPublishing(undefined)
      button.current?.focus()
      announce(t('publish.done', { version: published }))
    } catch (error) {
      const told = problemsOf(error)
      const [first] = told
      if (first === undefined) {
        // Somebody else may have published meanwhile: what is live is read again, the draft stays.
        void queries.invalidateQueries({ queryKey: ['policy'] })
        throw error
      }
      setPublishing(undefined)
      setRefused({ doc, problems: told })
      setPlace(placeOf(first, ruleId))
      announce(`${t('problem.cannot')} ${first.problem}`, 'assertive')
    }
  }

  const editing: Editing = {
    doc,
    live: before,
    changes: live === null ? [] : changes,
    problems,
    kinds,
    segments,
    promises,
    names,
    edit,
    readOnly: false,
  }

  if (live === null && draft === undefined) {
    return (
      <>
        <TopBar title={t('title')} />
        <NoPolicy
          mayBegin
          onBegin={() => {
            keep({ base: 0, document: STARTING_POLICY })
          }}
        />
      </>
    )
  }
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          <>
            {live !== null && (
              <Button
                variant="default"
                leftSection={<IconHistory size={16} stroke={1.75} aria-hidden="true" />}
                aria-pressed={place.part === 'versions'}
                onClick={() => {
                  setPlace(place.part === 'versions' ? undefined : { part: 'versions' })
                }}
              >
                {t('versions.open')}
              </Button>
            )}
            {draft !== undefined && (
              <Button
                variant="default"
                onClick={() => {
                  keep(undefined)
                  setPlace(undefined)
                  announce(t('draft.discarded'))
                }}
              >
                {t('draft.discard')}
              </Button>
            )}
            {drafted && (
              <Button
                ref={button}
                onClick={() => {
                  const [first] = problems
                  if (first === undefined) setPublishing({ why: publishing?.why ?? '' })
                  else {
                    setPlace(placeOf(first, ruleId))
                    announce(`${t('problem.cannot')} ${first.problem}`, 'assertive')
                  }
                }}
              >
                {t('publish.open')}
              </Button>
            )}
          </>
        }
      >
        {drafted && (
          <Tag density="desk" tone="warn">
            {t('draft.of', { version: version + 1 })}
          </Tag>
        )}
        {live !== null && (
          <span className={styles.topHint}>
            {t('live', {
              version,
              day: format.longDay(live.published.publishedAt),
              who: nameOf(staffOf(live.published.by)) ?? t('versions.somebody'),
            })}
          </span>
        )}
      </TopBar>
      {overtaken && (
        <div className={styles.overtaken} role="status">
          <p>{t('draft.overtaken', { version, base: draft.base })}</p>
          <Button
            variant="default"
            onClick={() => {
              keep({ base: version, document: draft.document })
            }}
          >
            {t('draft.keep')}
          </Button>
        </div>
      )}
      <PolicyView
        editing={editing}
        place={place}
        onPlace={setPlace}
        versions={
          <Versions
            name={name}
            live={version}
            onTakeBack={(back) => {
              keep({ base: version, document: back.document })
              setPublishing({ why: t('versions.why-back', { version: back.version }) })
            }}
          />
        }
        beside={
          drafted ? (
            <Affected
              preview={preview.last}
              isOld={preview.isOld || preview.isFetching}
              error={problemsOf(preview.error).length > 0 ? null : preview.error}
              blocked={problems.length}
              place={place}
              names={names}
              onRetry={() => void preview.refetch()}
            />
          ) : (
            <section className={styles.affected} aria-labelledby="policy-affected">
              <h2 id="policy-affected">{t('affected.title')}</h2>
              <p className={styles.quiet}>{t('affected.nothing-changed')}</p>
            </section>
          )
        }
      />
      {publishing !== undefined && (
        <Publish
          version={version + 1}
          live={version}
          changes={changes.map(words)}
          why={publishing.why}
          onPublish={publish}
          onClose={() => {
            setPublishing(undefined)
            button.current?.focus()
          }}
        />
      )}
    </>
  )
}
