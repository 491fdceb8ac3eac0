import { Button, TextInput } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { useApi, useSession } from '../api/context'
import { knowledgeSearch } from '../api/knowledge'
import type { ArticleFound } from '../api/knowledge'
import { myStuffQuery, myStuffSearch } from '../api/my-stuff'
import type { MyStuff } from '../api/my-stuff'
import { useNames } from '../api/names'
import { useMedia } from '../shared/media'
import { Kbd, PageTitle, PartFailed } from '../shared/parts'
import { CustomerPage, Panel, PanelPart } from './frame'
import { journeyQuery, useContactUs, usePersonId } from './my-stuff-begin'
import { sectionsOf } from './my-stuff-groups'
import type { Section, Shown } from './my-stuff-groups'
import { RowShapes } from './my-stuff-rows'
import type { NameOf } from './my-stuff-rows'
import { goesOn } from './my-stuff-words'
import { Arrows, SectionRows } from './need-help-list'
import type { OpenedThing } from './need-help-list'
import { OpenNow, OpenNowShort } from './need-help-open'
import { GuidesFound, SearchStates } from './need-help-search'
import { countPresses } from './presses'
import { ContactBar, ContactUs, useNow, useStanding } from './talk'
import { troubleOf } from './trouble'
import styles from './need-help.module.css'

const SignIn = lazy(async () => ({ default: (await import('../shared/sign-in')).SignIn }))

const MOST_WORDS = 100

/** The one place for help: everything she has with us, found in two seconds, and the way to us. */
export default function NeedHelp() {
  const api = useApi()
  const queries = useQueryClient()
  const session = useSession()
  const person = usePersonId()
  const guest = session.status === 'in' && session.person.kind === 'guest'
  const [address, setAddress] = useSearchParams()
  const words = (address.get('q') ?? '').slice(0, MOST_WORDS)
  const show = address.get('show') ?? undefined
  const signingIn = guest && address.has('sign-in')
  const asked = useDeferredValue(words.trim())
  const stuff = useQuery({ ...myStuffQuery(api, person) })
  const found = useQuery(myStuffSearch(api, person, asked))
  const guides = useQuery(knowledgeSearch(api, asked))
  const data = asked === '' ? stuff.data : found.data
  const agents = useMemo(() => agentsIn(data, stuff.data), [data, stuff.data])
  const nameOf = useNames(agents)
  const { contact, contactAboutCase, busy, failed } = useContactUs()
  const standing = useStanding()
  const now = useNow()
  useEffect(() => {
    countPresses()
  }, [])
  const change = (name: string, value: string | undefined): void => {
    setAddress(
      (before) => {
        const after = new URLSearchParams(before)
        if (value === undefined || value === '') after.delete(name)
        else after.set(name, value)
        return after
      },
      { replace: true },
    )
  }
  if (signingIn) {
    return (
      <Suspense fallback={null}>
        <SignIn guests={false} />
      </Suspense>
    )
  }
  return (
    <NeedHelpView
      stuff={stuff.data}
      error={troubleOf(stuff)}
      onRetry={() => void stuff.refetch()}
      search={
        asked === ''
          ? undefined
          : {
              words: asked,
              stuff: found.data,
              stuffError: troubleOf(found),
              onRetry: () => void found.refetch(),
              guides: guides.data?.items,
              guidesError: troubleOf(guides),
              onRetryGuides: () => void guides.refetch(),
              journey: async () => (await queries.query(journeyQuery(api, person))).id,
            }
      }
      words={words}
      onWords={(value) => {
        change('q', value.slice(0, MOST_WORDS))
      }}
      show={show}
      guest={guest}
      nameOf={nameOf}
      now={now}
      standing={standing}
      onContact={(itemId) => {
        contact(itemId === undefined ? {} : { itemId })
      }}
      onContactAboutCase={contactAboutCase}
      busy={busy}
      failed={failed}
    />
  )
}

function agentsIn(...all: readonly (MyStuff | undefined)[]): readonly (string | undefined)[] {
  return all.flatMap((stuff) => [
    ...(stuff?.contacts.items.map(({ agentId }) => agentId) ?? []),
    ...(stuff?.open.map(({ staffId }) => staffId) ?? []),
  ])
}

export interface NeedHelpSearch {
  readonly words: string
  readonly stuff: MyStuff | undefined
  readonly stuffError: unknown
  readonly onRetry: () => void
  readonly guides: readonly ArticleFound[] | undefined
  readonly guidesError: unknown
  readonly onRetryGuides: () => void
  /** The journey in which a guide is read. */
  readonly journey: () => Promise<string>
}

export interface NeedHelpViewProps {
  /** Undefined while it loads. */
  readonly stuff: MyStuff | undefined
  readonly error?: unknown
  readonly onRetry?: () => void
  readonly search?: NeedHelpSearch | undefined
  readonly words?: string
  readonly onWords?: (words: string) => void
  /** The group that alone is shown; all when absent or empty. */
  readonly show?: string | undefined
  readonly guest?: boolean
  readonly nameOf: NameOf
  readonly now: number
  readonly standing: string | undefined
  readonly onContact?: (itemId?: string) => void
  readonly onContactAboutCase?: (caseId: string) => void
  readonly busy?: boolean
  readonly failed?: unknown
  readonly readOnly?: boolean
}

const nothing = (): void => undefined

export function NeedHelpView({
  stuff,
  error,
  onRetry = nothing,
  search,
  words = '',
  onWords = nothing,
  show,
  guest = false,
  nameOf,
  now,
  standing,
  onContact = nothing,
  onContactAboutCase = nothing,
  busy = false,
  failed,
  readOnly = false,
}: NeedHelpViewProps) {
  const { t } = useTranslation(['customer', 'shared'])
  const [opened, setOpened] = useState<OpenedThing>()
  const field = useRef<HTMLInputElement>(null)
  const listed = search === undefined ? stuff : search.stuff
  const sections = useMemo(() => (listed === undefined ? undefined : sectionsOf(listed)), [listed])
  const chosen = sections?.find(({ id }) => id === show)
  const openCases = stuff?.open ?? []
  const goingOn = stuff?.contacts.items.filter(goesOn) ?? []
  // The thing in view, as far as the contact button at the bottom goes.
  const inView = opened === undefined || opened.by === 'hover' ? undefined : opened.id
  const contactUs = {
    onContact: () => {
      onContact()
    },
    busy,
    failed,
  }
  return (
    <CustomerPage
      side={
        <>
          <div className={styles.onWide}>
            <Panel tone="accent" label={t('anything.title')}>
              <PanelPart>
                <h2>{t('anything.title')}</h2>
                <p className={styles.anything}>
                  {t('anything.text')} {standing}
                </p>
                <ContactUs label={t('shared:contact-us')} {...contactUs} />
              </PanelPart>
            </Panel>
          </div>
          <div className={styles.onWide}>
            <OpenNow
              cases={openCases}
              contacts={goingOn}
              nameOf={nameOf}
              onContactAboutCase={onContactAboutCase}
            />
          </div>
        </>
      }
      bar={
        <ContactBar
          label={inView === undefined ? t('shared:contact-us') : t('contact.about-this')}
          standing={standing}
          busy={busy}
          failed={failed}
          onContact={() => {
            onContact(inView)
          }}
        />
      }
    >
      <PageTitle window={t('shared:need-help')}>{t('shared:need-help')}</PageTitle>
      <SearchField words={words} onWords={onWords} field={field} readOnly={readOnly} />
      <Tabs sections={sections} shown={chosen?.id} />
      {search === undefined && (
        <div className={styles.onNarrow}>
          <OpenNowShort cases={openCases} contacts={goingOn} nameOf={nameOf} />
        </div>
      )}
      <Arrows>
        {search !== undefined && <SearchStates search={search} found={sections} />}
        {(chosen === undefined ? sections : [chosen])?.map((section) => (
          <SectionRows
            key={`${section.id} ${search?.words ?? ''}`}
            section={section}
            words={search?.words ?? ''}
            all={chosen !== undefined}
            nameOf={nameOf}
            now={now}
            opened={opened}
            onOpened={setOpened}
            onContact={onContact}
          />
        ))}
      </Arrows>
      {search !== undefined && chosen === undefined && <GuidesFound search={search} />}
      {search === undefined && stuff === undefined && <Unlisted error={error} onRetry={onRetry} />}
      {search === undefined && sections?.length === 0 && (
        <Empty guest={guest} {...contactUs} onContact={contactUs.onContact} />
      )}
      {search === undefined && guest && sections !== undefined && sections.length > 0 && <SignInOffer />}
    </CustomerPage>
  )
}

function SearchField({
  words,
  onWords,
  field,
  readOnly,
}: {
  readonly words: string
  readonly onWords: (words: string) => void
  readonly field: RefObject<HTMLInputElement | null>
  readonly readOnly: boolean
}) {
  const { t } = useTranslation('customer')
  const narrow = useMedia('(max-width: 640px)')
  useEffect(() => {
    if (readOnly) return undefined
    const focus = (event: KeyboardEvent): void => {
      const { target } = event
      const writing =
        target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return
      event.preventDefault()
      field.current?.focus()
    }
    document.addEventListener('keydown', focus)
    return () => {
      document.removeEventListener('keydown', focus)
    }
  }, [field, readOnly])
  return (
    <search className={styles.search}>
      <TextInput
        ref={field}
        type="search"
        aria-label={t('search.label')}
        placeholder={t(narrow ? 'search.short' : 'search.label')}
        aria-keyshortcuts="/"
        autoComplete="off"
        enterKeyHint="search"
        readOnly={readOnly}
        value={words}
        leftSection={<IconSearch size={20} stroke={1.75} aria-hidden="true" />}
        leftSectionWidth={44}
        rightSectionWidth={44}
        rightSection={
          words === '' ? (
            <span className={styles.slash} aria-hidden="true">
              <Kbd>/</Kbd>
            </span>
          ) : (
            <button
              type="button"
              className={styles.clear}
              aria-label={t('search.clear')}
              onClick={() => {
                onWords('')
                field.current?.focus()
              }}
            >
              <IconX size={18} stroke={1.75} aria-hidden="true" />
            </button>
          )
        }
        classNames={{ input: styles.searchInput ?? '' }}
        onChange={({ currentTarget }) => {
          onWords(currentTarget.value)
        }}
        onKeyDown={({ key }) => {
          if (key === 'Escape') onWords('')
        }}
      />
    </search>
  )
}

/** One group alone, by its address; with how many there are. */
function Tabs({
  sections,
  shown,
}: {
  readonly sections: readonly Section[] | undefined
  readonly shown: Shown | undefined
}) {
  const { t } = useTranslation('customer')
  const [address] = useSearchParams()
  const to = (group: Shown | undefined): string => {
    const after = new URLSearchParams(address)
    after.delete('show')
    if (group !== undefined) after.set('show', group)
    const text = after.toString()
    return text === '' ? '/' : `/?${text}`
  }
  const total = sections?.reduce((sum, { count }) => sum + count, 0)
  // Nothing to choose from.
  if (sections?.length === 0 && shown === undefined) return null
  return (
    <nav className={styles.tabs} aria-label={t('groups.label')}>
      <Link
        to={to(undefined)}
        replace
        className={styles.tab ?? ''}
        {...(shown === undefined && { 'aria-current': 'true' as const })}
      >
        {t('groups.all')} {total !== undefined && <span className={styles.tabCount}>{total}</span>}
      </Link>
      {sections?.map(({ id, count }) => (
        <Link
          key={id}
          to={to(id)}
          replace
          className={styles.tab ?? ''}
          {...(shown === id && { 'aria-current': 'true' as const })}
        >
          {t(`groups.${id}`)} <span className={styles.tabCount}>{count}</span>
        </Link>
      ))}
    </nav>
  )
}

function Unlisted({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation('customer')
  if (error !== undefined) {
    return (
      <div className={styles.failed}>
        <PartFailed error={error} title={t('failed.title')} text={t('failed.text')} onRetry={onRetry} />
      </div>
    )
  }
  return (
    <section className={styles.section} aria-busy="true" aria-label={t('groups.loading')}>
      <h2 aria-hidden="true"> </h2>
      <RowShapes count={4} />
    </section>
  )
}

/** Nothing bought yet, or nobody signed in: contact stays, and signing in is offered where it helps. */
function Empty({
  guest,
  onContact,
  busy,
}: {
  readonly guest: boolean
  readonly onContact: () => void
  readonly busy: boolean
}) {
  const { t } = useTranslation(['customer', 'shared'])
  return (
    <section className={styles.empty}>
      <h2>{t(guest ? 'empty.guest-title' : 'empty.title')}</h2>
      <p>{t(guest ? 'empty.guest-text' : 'empty.text')}</p>
      <div className={styles.emptyWays}>
        {guest && <SignInLink />}
        {!guest && (
          <Button variant="default" aria-disabled={busy} onClick={onContact}>
            {t('empty.ask')}
          </Button>
        )}
      </div>
    </section>
  )
}

function SignInOffer() {
  const { t } = useTranslation('customer')
  return (
    <section className={styles.empty}>
      <h2>{t('empty.guest-more')}</h2>
      <p>{t('empty.guest-text')}</p>
      <div className={styles.emptyWays}>
        <SignInLink />
      </div>
    </section>
  )
}

function SignInLink() {
  const { t } = useTranslation('shared')
  return (
    <Link to="/?sign-in=" className={styles.signIn ?? ''}>
      {t('sign-in.enter')}
    </Link>
  )
}
