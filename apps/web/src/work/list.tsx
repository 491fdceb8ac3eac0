import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearch } from 'wouter'
import { useContacts } from '../api/contact'
import { useApi } from '../api/context'
import { useNames } from '../api/names'
import { NoAnswer, Problem } from '../api/problem'
import { TopBar } from '../desk/frame'
import { useKeys } from '../desk/keys'
import { useAnnounce } from '../shared/announce'
import { channelWord } from '../shared/journey-line'
import { ChannelIcon } from '../shared/icons'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { useColleagues, useMe } from './colleagues'
import { inPlace, rowOfCase, VIEWS } from './rows'
import type { CasePage, ViewName } from './rows'
import { assignPath, PAGE, useRefreshWork, useWorkList } from './work-data'
import { WorkTable } from './table'
import { useMinute } from './use-minute'
import styles from './work.module.css'

/** The work list in one of its saved views, or all there is of one customer. */
export function WorkList() {
  const asked = new URLSearchParams(useSearch())
  const customerId = asked.get('customer')
  const view = VIEWS.find((each) => each === asked.get('view')) ?? 'mine'
  return customerId === null ? (
    <Views key={view} view={view} />
  ) : (
    <OfCustomer key={customerId} customerId={customerId} />
  )
}

function Tabs({ view }: { readonly view: ViewName | undefined }) {
  const { t } = useTranslation('work')
  return (
    <nav className={styles.views} aria-label={t('views.label')}>
      {VIEWS.map((each) => (
        <Link
          key={each}
          to={`/desk/work?view=${each}`}
          {...(each === view && { 'aria-current': 'page' as const })}
        >
          {t(`views.${each}`)}
        </Link>
      ))}
    </nav>
  )
}

/** Between rows by keyboard: the links of the rows, in their order. */
function moveAmongRows(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')]
  const at = links.findIndex((each) => each === document.activeElement)
  links[
    at === -1 ? (by === 1 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)
  ]?.focus()
}

function Views({ view }: { readonly view: ViewName }) {
  const { t } = useTranslation('work')
  const me = useMe()
  const everybody = me.roles.includes('supervisor')
  const list = useWorkList(view, everybody)
  const [held, setHeld] = useState<readonly string[]>()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const rows = held === undefined ? list.rows : inPlace(held, list.rows)
  const name = useNames(rows.flatMap(({ customerId, staffId }) => [customerId, staffId]))
  const now = useMinute()
  const selected = rows.filter(({ key }) => chosen.has(key))
  useKeys({
    next: () => {
      moveAmongRows(1)
    },
    previous: () => {
      moveAmongRows(-1)
    },
  })
  return (
    <>
      <TopBar title={t('title')}>
        <Tabs view={view} />
      </TopBar>
      <div className={styles.page}>
        <Assign
          rows={selected}
          onDone={() => {
            setChosen(new Set())
          }}
        />
        {list.isError && rows.length === 0 ? (
          <PartFailed error={list.error} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          <div className={styles.shapes} aria-busy="true">
            {Array.from({ length: 8 }, (_, index) => (
              <Shape key={index} width="100%" height={36} />
            ))}
          </div>
        ) : rows.length === 0 ? (
          <div className={styles.empty}>
            <h2>{t(`empty.${view}.title`)}</h2>
            <p>{t(`empty.${view}.text`)}</p>
          </div>
        ) : (
          <WorkTable
            caption={t('caption', { view: t(`views.${view}`) })}
            rows={rows}
            me={me.id}
            name={name}
            now={now}
            view={view}
            chosen={chosen}
            onChoose={setChosen}
            onHold={(hold) => {
              setHeld((before) => (hold ? (before ?? rows.map(({ key }) => key)) : undefined))
            }}
          />
        )}
        {list.isError && rows.length > 0 && <p className={styles.stale}>{t('stale')}</p>}
        {list.hasNextPage && (
          <button
            type="button"
            className={styles.more}
            onClick={() => {
              void list.fetchNextPage()
            }}
            aria-disabled={list.isFetchingNextPage}
          >
            {list.isFetchingNextPage ? t('more-loading') : t('more', { count: PAGE })}
          </button>
        )}
      </div>
    </>
  )
}

/** The one thing several rows can be chosen for. Its place is there before anything is chosen, so nothing moves. */
function Assign({
  rows,
  onDone,
}: {
  readonly rows: readonly { readonly kind: 'case' | 'follow-up'; readonly id: string }[]
  readonly onDone: () => void
}) {
  const { t } = useTranslation('work')
  const api = useApi()
  const me = useMe()
  const announce = useAnnounce()
  const refresh = useRefreshWork()
  const colleagues = useColleagues()
  const [to, setTo] = useState('')
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<{ readonly count: number; readonly code: string }>()
  const staffId = to === '' ? me.id : to
  const give = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    setFailed(undefined)
    const told = await Promise.allSettled(rows.map((row) => api.put(assignPath(row), { staffId })))
    const refused = told.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
    setBusy(false)
    refresh()
    const [first] = refused
    if (refused.length === 0) {
      announce(t('assign.done', { count: rows.length }))
      onDone()
    } else {
      const code =
        first instanceof Problem ? first.code : first instanceof NoAnswer ? 'connection.none' : 'page.failed'
      setFailed({ count: refused.length, code })
    }
  }
  return (
    <div className={styles.assign} role="group" aria-label={t('assign.label')}>
      {rows.length === 0 ? (
        <span className={styles.hint}>{t('assign.hint')}</span>
      ) : (
        <>
          <strong>{t('assign.chosen', { count: rows.length })}</strong>
          <label>
            {t('assign.to')}
            <select
              value={to}
              onChange={({ currentTarget }) => {
                setTo(currentTarget.value)
              }}
            >
              <option value="">{t('assign.me')}</option>
              {colleagues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" className={styles.do} onClick={() => void give()} aria-disabled={busy}>
            {t(busy ? 'assign.doing' : 'assign.do')}
          </button>
          {failed !== undefined && (
            <span role="alert" className={styles.fault}>
              {t('assign.failed', { count: failed.count, code: failed.code })}
            </span>
          )}
        </>
      )}
    </div>
  )
}

interface Customer {
  readonly id: string
  readonly name?: string
  readonly email?: string
}

function OfCustomer({ customerId }: { readonly customerId: string }) {
  const { t } = useTranslation('work')
  const { t: shared } = useTranslation('shared')
  const api = useApi()
  const me = useMe()
  const format = useFormat()
  const customer = useQuery({
    queryKey: ['customer', customerId],
    queryFn: ({ signal }) => api.get<Customer>(`/identity/customers/${customerId}`, { signal }),
  })
  const cases = useQuery({
    queryKey: ['cases', 'of', customerId],
    queryFn: ({ signal }) => api.get<CasePage>(`/case/cases?customerId=${customerId}&limit=100`, { signal }),
  })
  const contacts = useContacts(`?customerId=${customerId}&limit=50`)
  const rows = (cases.data?.items ?? []).map(rowOfCase)
  const name = useNames([
    customerId,
    ...rows.map(({ staffId }) => staffId),
    ...(contacts.data?.items ?? []).map(({ agentId }) => agentId),
  ])
  const now = useMinute()
  const failed = customer.error ?? cases.error
  return (
    <>
      <TopBar title={customer.data?.name ?? customer.data?.email ?? t('customer')}>
        <Tabs view={undefined} />
      </TopBar>
      <div className={styles.page}>
        {failed !== null ? (
          <PartFailed
            error={failed}
            onRetry={() => {
              void customer.refetch()
              void cases.refetch()
            }}
          />
        ) : (
          <>
            <h2 className={styles.heading}>{t('of.cases')}</h2>
            {cases.isPending ? (
              <Shape width="100%" height={72} />
            ) : rows.length === 0 ? (
              <p className={styles.hint}>{t('of.no-cases')}</p>
            ) : (
              <WorkTable caption={t('of.cases')} rows={rows} me={me.id} name={name} now={now} view="all" />
            )}
            <h2 className={styles.heading}>{t('of.contacts')}</h2>
            {contacts.isError ? (
              <PartFailed error={contacts.error} onRetry={() => void contacts.refetch()} />
            ) : contacts.data?.items.length === 0 ? (
              <p className={styles.hint}>{t('of.no-contacts')}</p>
            ) : (
              <ul className={styles.contacts}>
                {(contacts.data?.items ?? []).map((each) => (
                  <li key={each.id}>
                    <ChannelIcon channel={each.channel} size={18} />
                    <span>
                      <Link to={`/desk/contacts/${each.id}`}>
                        {each.subject ??
                          each.reason?.detailLabel ??
                          each.reason?.label ??
                          channelWord(each.channel, shared)}
                      </Link>
                      <span className={styles.hint}>
                        {[channelWord(each.channel, shared), name(each.agentId), each.item?.title]
                          .filter((part) => part !== undefined)
                          .join(' · ')}
                      </span>
                    </span>
                    <span className={styles.hint}>{format.moment(each.requestedAt)}</span>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </div>
    </>
  )
}
