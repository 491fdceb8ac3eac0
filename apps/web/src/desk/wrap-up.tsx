import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCase } from '../api/case'
import type { CaseLine } from '../api/case'
import type { Api } from '../api/client'
import { contactKey, useMessages } from '../api/contact'
import type { Contact } from '../api/contact'
import { useApi } from '../api/context'
import type { JourneyContext, Page } from '../api/journey'
import { contextKey } from '../api/journey'
import { firstName } from '../api/names'
import { randomKey } from '../api/random'
import { useColleagues, useMe } from '../work/colleagues'
import { rememberCauses, useCauses } from './wrap-up-causes'
import { draftFrom, dropDraft, faultsOf, keepDraft, readDraft, summaryOf } from './wrap-up-draft'
import type { Faults, ForOthers, SummaryBody, WrapUpDraft } from './wrap-up-draft'
import { firstFault, WrapUpView } from './wrap-up-view'

export type Saving =
  | { readonly status: 'idle' | 'saving' }
  | { readonly status: 'failed'; readonly error: unknown }
  /** The summary is written; what others are to keep could not be planned. */
  | { readonly status: 'half'; readonly error: unknown }

/**
 * Ends a contact with what came of it: outcome, words the customer can read, cause, issue and promises. Closing keeps the
 * draft in this browser.
 */
export function WrapUp({
  contact,
  context,
  onClose,
  onSaved,
}: {
  readonly contact: Contact
  readonly context: JourneyContext | undefined
  readonly onClose: () => void
  readonly onSaved: () => void
}) {
  const api = useApi()
  const queries = useQueryClient()
  const me = useMe()
  const personId = contact.person.id
  const cases = useQuery({
    queryKey: ['cases', 'open-of', personId],
    queryFn: ({ signal }) =>
      api.get<Page<CaseLine>>(`/case/cases?customerId=${personId}&status=open`, { signal }),
  })
  const asked = useCase(contact.caseId)
  const messages = useMessages(contact.id)
  const colleagues = useColleagues([...(context?.earlier.contacts ?? []).map(({ agentId }) => agentId)])
  const causes = useCauses(context)
  const [written, setWritten] = useState(() => readDraft(localStorage, contact.id))
  const [kept, setKept] = useState(written !== undefined)
  const [tried, setTried] = useState<Faults>()
  const [saving, setSaving] = useState<Saving>({ status: 'idle' })
  // The same words ask for the same command, so that a summary whose answer was lost is not written twice.
  const [command, setCommand] = useState<{ readonly key: string; readonly of: string }>()
  const draft =
    written ??
    draftFrom({
      reason: contact.reason && (contact.reason.detailLabel ?? contact.reason.label),
      thing: contact.item?.title,
      caseId: contact.caseId,
      openCases: cases.data?.items.length,
    })
  const known = [...(asked.data === undefined ? [] : [asked.data]), ...(cases.data?.items ?? [])]
  const open = known.filter(({ id }, index) => known.findIndex((each) => each.id === id) === index)
  const sent = [
    ...new Set(
      (messages.data?.items ?? []).flatMap(({ articleId }) => (articleId === undefined ? [] : [articleId])),
    ),
  ]

  const change = (next: WrapUpDraft): void => {
    setWritten(next)
    setKept(keepDraft(localStorage, contact.id, next))
    if (tried !== undefined) setTried(faultsOf(next, Date.now()))
  }
  const save = async (): Promise<void> => {
    if (saving.status === 'saving') return
    const faults = faultsOf(draft, Date.now())
    setTried(faults)
    const { outcome } = draft
    if (outcome === undefined || Object.keys(faults).length > 0) {
      firstFault(faults)
      return
    }
    const { body, others } = summaryOf(draft, { outcome, articles: sent })
    const of = JSON.stringify(body)
    const key = command?.of === of ? command.key : randomKey()
    setCommand({ key, of })
    setSaving({ status: 'saving' })
    try {
      await api.put(`/contact/contacts/${contact.id}/summary`, body, { key })
    } catch (error) {
      setSaving({ status: 'failed', error })
      return
    }
    rememberCauses(body.causes)
    dropDraft(localStorage, contact.id)
    void queries.invalidateQueries({ queryKey: contactKey(contact.id) })
    void queries.invalidateQueries({ queryKey: contextKey(contact.journeyId) })
    for (const area of ['contacts', 'cases', 'work-list'])
      void queries.invalidateQueries({ queryKey: [area] })
    try {
      await planForOthers(api, contact, body, others)
      onSaved()
    } catch (error) {
      setSaving({ status: 'half', error })
    }
  }

  return (
    <WrapUpView
      name={contact.person.name === undefined ? undefined : firstName(contact.person.name)}
      agent={firstName(me.name)}
      channel={contact.channel}
      draft={draft}
      faults={tried ?? {}}
      kept={kept}
      cases={open}
      tied={contact.caseId !== undefined}
      causes={causes}
      colleagues={colleagues}
      articles={{ sent, titles: titlesOf(contact, context) }}
      saving={saving}
      onChange={change}
      onSave={() => {
        void save()
      }}
      onClose={saving.status === 'half' ? onSaved : onClose}
    />
  )
}

/** Articles that were read before or in the contact, by id. */
function titlesOf(contact: Contact, context: JourneyContext | undefined): ReadonlyMap<string, string> {
  return new Map(
    [...contact.readings, ...(context?.readings ?? [])].map(({ articleId, title }) => [articleId, title]),
  )
}

const TRIES = 6
const PAUSE = 400

/** What colleagues are to keep becomes a follow-up of theirs. The case is made a moment after the summary. */
async function planForOthers(
  api: Api,
  contact: Contact,
  body: SummaryBody,
  others: readonly ForOthers[],
): Promise<void> {
  if (others.length === 0) return
  const caseId = body.caseId ?? (await caseOf(api, contact))
  for (const other of others) await api.post('/case/follow-ups', { caseId, ...other })
}

async function caseOf(api: Api, { journeyId, person }: Contact): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { items } = await api.get<Page<CaseLine>>(`/case/cases?customerId=${person.id}`)
    const found = items.find((each) => each.journeyId === journeyId)
    if (found !== undefined) return found.id
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
  throw new Error('the case of the summary is not there yet')
}
