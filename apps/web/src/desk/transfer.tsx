import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCase } from '../api/case'
import { contactKey } from '../api/contact'
import type { Contact, ContactLine } from '../api/contact'
import { useApi } from '../api/context'
import type { Page } from '../api/journey'
import { firstName, useNames } from '../api/names'
import { randomKey } from '../api/random'
import { useMe } from '../work/colleagues'
import { TransferView } from './transfer-view'
import type { Passing, QueueNow } from './transfer-view'
import { declaredOf, waysFrom } from './transfer-ways'
import type { KnownColleague, Way } from './transfer-ways'

interface Version {
  readonly policy: string
  readonly inForce: boolean
}

const MOST_COLLEAGUES = 4

/** Passes a contact on, along declared ways only (C75). */
export function Transfer({ contact, onClose }: { readonly contact: Contact; readonly onClose: () => void }) {
  const api = useApi()
  const queries = useQueryClient()
  const policy = useQuery({
    queryKey: ['policy', 'in-force'],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<Page<Version>>('/routing/policies', { signal })
      const name = items.find(({ inForce }) => inForce)?.policy
      return name === undefined
        ? null
        : api.get<{ readonly document: unknown }>(`/routing/policies/${name}`, { signal })
    },
    staleTime: 60_000,
  })
  const queues = useQuery({
    queryKey: ['routing', 'queues'],
    queryFn: ({ signal }) => api.get<Page<QueueNow>>('/routing/queues', { signal }),
    refetchInterval: 10_000,
  })
  const colleagues = useThoseWhoKnow(contact)
  const [passing, setPassing] = useState<Passing>({ status: 'idle' })
  const [command, setCommand] = useState<{ readonly key: string; readonly of: string }>()
  const declared = declaredOf(policy.data?.document, contact.channel)
  const ways = waysFrom({
    channel: contact.channel,
    connected: contact.state === 'connected',
    declared,
    colleagues,
    moves: contact.ways,
  })

  const pass = async (way: Way, why: string): Promise<void> => {
    const of = JSON.stringify([way, why])
    const key = command?.of === of ? command.key : randomKey()
    setCommand({ key, of })
    setPassing({ status: 'passing' })
    const path = `/contact/contacts/${contact.id}`
    try {
      switch (way.is) {
        case 'queue':
          await api.post(
            `${path}/transfer`,
            { why, ...(way.skill !== undefined && { skills: [way.skill] }) },
            { key },
          )
          break
        case 'colleague':
          await api.post(`${path}/transfer`, { why, toAgentId: way.agentId }, { key })
          break
        case 'move':
          // The move itself takes no reason; whoever reads the thread later finds it there.
          await api.post(`${path}/notes`, { text: why }, { key: `${key}.note` })
          await api.post(`${path}/move`, { channel: way.channel }, { key })
          break
        case 'supervisor':
          await api.post(`${path}/notes`, { text: why }, { key })
          setPassing({ status: 'asked' })
          void queries.invalidateQueries({ queryKey: ['notes', contact.id] })
          return
      }
    } catch (error) {
      setPassing({ status: 'failed', error })
      return
    }
    void queries.invalidateQueries({ queryKey: contactKey(contact.id) })
    void queries.invalidateQueries({ queryKey: ['contacts'] })
    onClose()
  }

  return (
    <TransferView
      name={contact.person.name === undefined ? undefined : firstName(contact.person.name)}
      channel={contact.channel}
      connected={contact.state === 'connected'}
      ways={ways}
      queues={queues.data?.items ?? []}
      queue={declared.queue}
      loading={policy.isPending}
      passing={passing}
      onPass={(way, why) => {
        void pass(way, why)
      }}
      onClose={onClose}
    />
  )
}

/** Colleagues who spoke with this customer before, and who answers for the case. */
function useThoseWhoKnow(contact: Contact): readonly KnownColleague[] {
  const me = useMe()
  const { data: about } = useCase(contact.caseId)
  const earlier = earlierOf(contact).flatMap(({ agentId }) => (agentId === undefined ? [] : [agentId]))
  const answers = about?.staffId
  const ids = [...new Set([...(answers === undefined ? [] : [answers]), ...earlier])]
    .filter((id) => id !== me.id)
    .slice(0, MOST_COLLEAGUES)
  const named = useNames(ids)
  return ids.flatMap((agentId) => {
    const name = named(agentId)
    if (name === undefined) return []
    const caseReference = agentId === answers && about !== undefined ? { caseReference: about.reference } : {}
    return [{ agentId, name, ...caseReference }]
  })
}

/** Earlier contacts of the customer, which staff are told with a contact. */
function earlierOf(contact: Contact & { readonly earlier?: readonly ContactLine[] }): readonly ContactLine[] {
  return contact.earlier ?? []
}
