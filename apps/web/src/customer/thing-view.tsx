import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ArticleShown, Reading } from '../api/knowledge'
import type { ItemAbout } from '../api/my-stuff'
import { ThingIcon } from '../shared/icons'
import { Line } from '../shared/line'
import type { LineMoment } from '../shared/line'
import { PageTitle, PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { Crumbs, CustomerPage, Panel, PanelPart } from './frame'
import { CaseRow, ContactRow } from './my-stuff-rows'
import type { NameOf } from './my-stuff-rows'
import { goesOn, lineOf, momentInLine } from './my-stuff-words'
import { OpenNowShort } from './need-help-open'
import { ContactBar, ContactUs } from './talk'
import { ArticleRow } from './thing-article'
import type { Chosen } from './thing-choice'
import { ReasonChoice } from './thing-reasons'
import styles from './thing.module.css'

export interface ThingViewProps {
  /** Undefined while it loads. */
  readonly item: ItemAbout | undefined
  readonly error?: unknown
  readonly onRetry?: () => void
  /** Her name, when she is signed in. */
  readonly person: string | undefined
  readonly chosen: Chosen | undefined
  readonly onChoose?: (reason: string, detail: string | undefined, label: string) => void
  /** Best first; undefined while they load. */
  readonly articles: readonly ArticleShown[] | undefined
  readonly articlesError?: unknown
  readonly onRetryArticles?: () => void
  readonly readings: readonly Reading[]
  /** Whether earlier readings have been asked for already. */
  readonly readingsKnown?: boolean
  readonly journey?: () => Promise<string>
  readonly nameOf: NameOf
  readonly now: number
  readonly standing: string | undefined
  readonly onContact?: () => void
  readonly busy?: boolean
  readonly failed?: unknown
  /** Below everything: how it was for her. */
  readonly feedback?: ReactNode
  readonly readOnly?: boolean
}

const nothing = (): void => undefined
const noJourney = (): Promise<string> =>
  Promise.reject(new Error('nothing is recorded of a moment that is over'))

/** How many articles are listed before the others fold. */
const LISTED = 5

export function ThingView(props: ThingViewProps) {
  const { item, error, onRetry, chosen, standing, onContact = nothing, busy = false, failed } = props
  const { t } = useTranslation(['customer', 'shared'])
  const f = useFormat()
  const { t: say } = useTranslation('customer')
  const contactUs = { onContact, busy, failed }
  const lost = error !== undefined && item === undefined
  return (
    <CustomerPage
      side={
        <Panel label={t('talk.title')}>
          <div className={styles.onWide}>
            <PanelPart>
              <h2>{t('talk.title')}</h2>
              <p className={styles.standing}>{standing ?? ' '}</p>
              <ContactUs label={t('shared:contact-us')} {...contactUs} />
            </PanelPart>
          </div>
          {!lost && <NotAgain {...props} />}
        </Panel>
      }
      bar={<ContactBar label={t('contact.about-this')} standing={standing} {...contactUs} />}
    >
      <Crumbs parts={[{ label: t('shared:need-help'), to: '/' }, { label: item?.title ?? ' ' }]} />
      {lost ? (
        <>
          <PageTitle window={t('shared:need-help')}>
            <span className="visually-hidden">{t('shared:need-help')}</span>
          </PageTitle>
          <PartFailed error={error} {...(onRetry && { onRetry })} />
        </>
      ) : (
        <>
          <div className={styles.titleBlock}>
            <span className={styles.thumb}>
              {item !== undefined && <ThingIcon kind={item.kind} title={item.title} size={28} />}
            </span>
            <div className={styles.titles}>
              {item === undefined ? (
                <>
                  <Shape width="60%" height={28} />
                  <Shape width="40%" height={16} />
                </>
              ) : (
                <>
                  <PageTitle window={item.title}>{item.title}</PageTitle>
                  <p className={styles.line}>
                    {t('thing.with-reference', { line: lineOf(item, f, say), reference: item.reference })}
                    {item.kind === 'purchase' && item.detail !== undefined && (
                      <span className={styles.detail}>{item.detail}</span>
                    )}
                  </p>
                </>
              )}
            </div>
          </div>
          {item !== undefined && (
            <OpenNowShort
              cases={item.cases.filter(({ status }) => status === 'open')}
              contacts={item.contacts.filter(goesOn)}
              nameOf={props.nameOf}
            />
          )}
          {item?.withdrawn !== undefined && (
            <p className={styles.withdrawn}>
              {t('thing.withdrawn', { why: item.withdrawn.why, day: f.longDay(item.withdrawn.at) })}
            </p>
          )}
          {item === undefined ? (
            <ReasonShapes />
          ) : (
            <ReasonChoice
              key={item.id}
              reasons={item.reasons}
              chosen={chosen}
              onChoose={props.onChoose ?? nothing}
              readOnly={props.readOnly ?? false}
            />
          )}
          <Articles {...props} />
          <Earlier {...props} />
          {props.feedback}
        </>
      )}
    </CustomerPage>
  )
}

function ReasonShapes() {
  return (
    <div className={styles.reasonShapes}>
      {[120, 90, 110, 140, 100].map((width) => (
        <Shape key={width} width={width} height={44} />
      ))}
    </div>
  )
}

function Articles({
  item,
  chosen,
  articles,
  articlesError,
  onRetryArticles,
  readings,
  readingsKnown = true,
  journey = noJourney,
  readOnly = false,
}: ThingViewProps) {
  const { t } = useTranslation('customer')
  const id = useId()
  const [all, setAll] = useState(false)
  if (item === undefined || chosen?.reason === undefined) return null
  if (articlesError !== undefined && articles === undefined) {
    return (
      <div className={styles.failed}>
        <PartFailed
          error={articlesError}
          title={t('articles.failed')}
          text={t('articles.failed-text')}
          {...(onRetryArticles && { onRetry: onRetryArticles })}
        />
      </div>
    )
  }
  if (articles === undefined || !readingsKnown) {
    return (
      <div className={styles.articles} aria-hidden="true">
        <Shape width="45%" height={20} />
        <div className={styles.articleShape} />
      </div>
    )
  }
  if (articles.length === 0) {
    return (
      <section className={styles.articles} aria-labelledby={id}>
        <h2 id={id}>{t('articles.none')}</h2>
        <p className={styles.line}>{t('articles.none-text')}</p>
      </section>
    )
  }
  const listed = all ? articles : articles.slice(0, LISTED)
  const { reason, detail } = chosen
  return (
    <section className={styles.articles} aria-labelledby={id}>
      <h2 id={id}>{t('articles.title')}</h2>
      <p className={styles.line}>
        {t('articles.for', { thing: item.product ?? item.title, reason: detail?.label ?? reason.label })}
      </p>
      <div className={styles.list}>
        {listed.map((article, index) => (
          <ArticleRow
            // Another choice begins with its own best one open.
            key={`${article.id} ${reason.code} ${detail?.code ?? ''}`}
            article={article}
            journey={journey}
            before={readings.find(
              ({ articleId, version }) => articleId === article.id && version === article.version,
            )}
            best={index === 0 && !article.saidDidNotHelp && !readOnly}
            readOnly={readOnly}
          />
        ))}
      </div>
      {listed.length < articles.length && (
        <button
          type="button"
          className={styles.more}
          onClick={() => {
            setAll(true)
          }}
        >
          {t('groups.more', { count: articles.length - listed.length })}
        </button>
      )}
    </section>
  )
}

/** What we pass on, filling with each press (C11, C13). */
function NotAgain({ item, person, chosen, readings, now }: ThingViewProps) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  if (item === undefined) return null
  const moments: LineMoment[] = [
    ...(person === undefined || person === ''
      ? []
      : [
          {
            id: 'person',
            mark: 'customer' as const,
            label: t('known.you', { name: person }),
            detail: t('known.signed-in'),
          },
        ]),
    {
      id: 'thing',
      mark: 'customer',
      label: item.title,
      detail: t('known.reference', { reference: item.reference }),
    },
    ...(chosen?.reason === undefined
      ? []
      : [
          {
            id: 'reason',
            mark: 'customer' as const,
            label: chosen.reason.label,
            ...(chosen.detail !== undefined && { detail: chosen.detail.label }),
          },
        ]),
    ...readings.map(({ id, title, helped, readAt }): LineMoment => ({
      id,
      mark: 'article',
      label: title,
      detail:
        helped === undefined
          ? now - Date.parse(readAt) < 60_000
            ? t('known.read-now')
            : t('known.read', { when: momentInLine(readAt, f) })
          : t(helped ? 'known.helped' : 'known.did-not-help'),
    })),
  ]
  return (
    <div className={styles.notAgain}>
      <PanelPart>
        <h2>{t('known.title')}</h2>
        <Line moments={moments} label={t('known.title')} />
        <LookBack item={item} />
      </PanelPart>
    </div>
  )
}

function LookBack({ item }: { readonly item: ItemAbout }) {
  const { t } = useTranslation('customer')
  const count = item.contacts.filter((each) => !goesOn(each)).length
  if (count === 0) return null
  return (
    <p className={styles.lookBack}>
      {t('earlier.look-back')} <a href="#earlier">{t('earlier.count', { count })}</a>
    </p>
  )
}

/** Conversations and cases about this thing that are over. */
function Earlier({ item, nameOf, chosen, articles, articlesError }: ThingViewProps) {
  const { t } = useTranslation('customer')
  if (item === undefined) return null
  // It comes after the articles, so that it does not move when they are there.
  const waiting = chosen?.reason !== undefined && articles === undefined
  if (waiting && articlesError === undefined) return null
  const contacts = item.contacts.filter((each) => !goesOn(each)).toSorted((a, b) => (a.at < b.at ? 1 : -1))
  const cases = item.cases
    .filter(({ status }) => status === 'resolved')
    .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
  if (contacts.length + cases.length === 0) return null
  return (
    <section className={styles.earlier} aria-labelledby="earlier">
      <h2 id="earlier" tabIndex={-1}>
        {t('earlier.title')}
      </h2>
      <ul>
        {contacts.map((contact) => (
          <ContactRow key={contact.id} contact={contact} nameOf={nameOf} />
        ))}
        {cases.map((each) => (
          <CaseRow key={each.id} opened={each} />
        ))}
      </ul>
    </section>
  )
}
