import { Button, TextInput } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { useApi, useSession } from '../api/context'
import { useNames } from '../api/names'
import { TopBar } from '../desk/frame'
import { ThingIcon } from '../shared/icons'
import { reasonWords } from '../shared/journey-facts'
import { PartFailed, Shape } from '../shared/parts'
import { useFormat } from '../words/format'
import { customersQuery, journeysQuery } from './data'
import type { JourneyLine } from './data'
import styles from './pick.module.css'

/** Which journey to look at: everybody's, newest first, or those of one customer. */
export function PickJourney() {
  const { t } = useTranslation('replay')
  const api = useApi()
  const session = useSession()
  const [address, setAddress] = useSearchParams()
  const customerId = address.get('customer') ?? undefined
  const journeys = useInfiniteQuery(journeysQuery(api, customerId))
  const items = journeys.data?.pages.flatMap((page) => page.items)
  const nameOf = useNames([customerId, ...(items ?? []).map((each) => each.customerId)])
  const isSupervisor = session.status === 'in' && session.person.roles.includes('supervisor')
  const choose = (id: string | undefined): void => {
    setAddress(id === undefined ? {} : { customer: id })
  }
  const who = customerId === undefined ? undefined : (nameOf(customerId) ?? t('pick.somebody'))
  return (
    <>
      <TopBar title={t('title')}>
        <span className={styles.hint}>{t('pick.hint')}</span>
      </TopBar>
      <div className={styles.page}>
        {isSupervisor && <FindCustomer onChoose={choose} />}
        <div className={styles.head}>
          <h2>{who === undefined ? t('pick.all') : t('pick.of', { name: who })}</h2>
          {who !== undefined && (
            <Button
              variant="subtle"
              leftSection={<IconX size={16} stroke={1.75} aria-hidden="true" />}
              onClick={() => {
                choose(undefined)
              }}
            >
              {t('pick.clear')}
            </Button>
          )}
        </div>
        {journeys.error !== null && items === undefined ? (
          <PartFailed
            error={journeys.error}
            title={t('pick.failed')}
            onRetry={() => void journeys.refetch()}
          />
        ) : items === undefined ? (
          <div className={styles.shapes} aria-busy="true">
            {[0, 1, 2, 3, 4, 5].map((row) => (
              <Shape key={row} width="100%" height={44} />
            ))}
          </div>
        ) : items.length === 0 ? (
          <div className={styles.empty}>
            <h3>{t('pick.empty')}</h3>
            <p>{who === undefined ? t('pick.empty-text') : t('pick.empty-of', { name: who })}</p>
          </div>
        ) : (
          <Journeys items={items} nameOf={nameOf} />
        )}
        {journeys.hasNextPage && (
          <p className={styles.more}>
            <Button
              variant="default"
              aria-disabled={journeys.isFetchingNextPage}
              onClick={() => {
                if (!journeys.isFetchingNextPage) void journeys.fetchNextPage()
              }}
            >
              {t(journeys.isFetchingNextPage ? 'pick.loading-more' : 'pick.more')}
            </Button>
          </p>
        )}
      </div>
    </>
  )
}

function Journeys({
  items,
  nameOf,
}: {
  readonly items: readonly JourneyLine[]
  readonly nameOf: (id: string | undefined) => string | undefined
}) {
  const { t } = useTranslation('replay')
  const format = useFormat()
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('pick.customer')}</th>
          <th scope="col">{t('pick.thing')}</th>
          <th scope="col">{t('pick.reason')}</th>
          <th scope="col">{t('pick.when')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, guest, customerId, item, reason, startedAt }) => {
          const name = nameOf(customerId) ?? t(guest ? 'pick.guest' : 'pick.somebody')
          return (
            <tr key={id}>
              <th scope="row">
                <Link to={`/desk/replay/${id}`} className={styles.open ?? ''}>
                  {name}
                </Link>
              </th>
              <td>
                {item === undefined ? (
                  <span className={styles.none}>{t('pick.no-thing')}</span>
                ) : (
                  <span className={styles.thing}>
                    <ThingIcon kind={item.kind} title={item.title} size={18} />
                    {item.title}
                  </span>
                )}
              </td>
              <td>
                {reason === undefined ? (
                  <span className={styles.none}>{t('pick.no-reason')}</span>
                ) : (
                  reasonWords(reason)
                )}
              </td>
              <td className={styles.when}>{format.moment(startedAt)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function FindCustomer({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const { t } = useTranslation('replay')
  const api = useApi()
  const id = useId()
  const [words, setWords] = useState('')
  const asked = useDeferredValue(words.trim())
  const { data, error, refetch } = useQuery(customersQuery(api, asked))
  return (
    <div className={styles.find}>
      <TextInput
        type="search"
        label={t('pick.search')}
        description={t('pick.search-hint')}
        value={words}
        maxLength={100}
        leftSection={<IconSearch size={16} stroke={1.75} aria-hidden="true" />}
        aria-controls={id}
        onChange={({ currentTarget }) => {
          setWords(currentTarget.value)
        }}
      />
      <div id={id} role="status">
        {asked !== '' && error !== null && (
          <PartFailed error={error} title={t('pick.failed')} onRetry={() => void refetch()} />
        )}
        {asked !== '' && data === undefined && error === null && (
          <p className={styles.hint}>{t('pick.searching')}</p>
        )}
        {asked !== '' && data?.items.length === 0 && (
          <p className={styles.hint}>{t('pick.none-found', { words: asked })}</p>
        )}
        {asked !== '' && data !== undefined && data.items.length > 0 && (
          <ul className={styles.found} aria-label={t('pick.found')}>
            {data.items.map(({ id: customerId, name, email, phone }) => (
              <li key={customerId}>
                <button
                  type="button"
                  onClick={() => {
                    setWords('')
                    onChoose(customerId)
                  }}
                >
                  {name ?? t('pick.somebody')}
                  <small>{email ?? phone}</small>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}
