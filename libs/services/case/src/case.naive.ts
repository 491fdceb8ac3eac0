import { caseReference } from '@throughline/contracts'
import type { PublicEvents } from '@throughline/contracts'
import type { RecordedEvent, Vantage } from '@throughline/ports'

type Told = RecordedEvent<PublicEvents>
type Of<Type extends PublicEvents['type']> = RecordedEvent<Extract<PublicEvents, { readonly type: Type }>>
type Step = Readonly<Record<string, unknown>>

/**
 * What a case shows at a moment, said as plainly as can be: every question is a scan of all that is known. Far too slow
 * to serve; it is what views and replay are held to. Undefined before the case was opened.
 */
export function naiveCase(
  caseId: string,
  log: readonly RecordedEvent[],
  { position = Infinity, at, occurredUntil }: Vantage,
  viewer: 'team' | 'customer',
): Step | undefined {
  const known = (log as readonly Told[])
    .filter((event) => event.position <= position)
    .filter((event) => at === undefined || event.recordedAt <= at)
    .sort((a, b) => a.position - b.position)
  const seen = known.filter((event) => occurredUntil === undefined || event.occurredAt <= occurredUntil)
  const all = <Type extends PublicEvents['type']>(...types: readonly Type[]) =>
    seen.filter((event): event is Of<Type> => types.some((type) => type === event.type))

  const opened = all('throughline.CaseOpened.v1').find(({ data }) => data.caseId === caseId)
  if (opened === undefined) return undefined
  const own = seen.filter((event) => event.stream === 'case' && event.streamId === caseId)
  const added = all('throughline.CaseOpened.v1', 'throughline.ContactAddedToCase.v1').filter(
    ({ data }) => data.caseId === caseId,
  )
  const contactIds = added.map(({ data }) => data.contactId)
  const ofContact = (contactId: string) => ({
    requested: all('throughline.ContactRequested.v1').findLast((event) => event.data.contactId === contactId),
    connected: all('throughline.ContactConnected.v1').find((event) => event.data.contactId === contactId),
    ended: all('throughline.ContactEnded.v1').findLast((event) => event.data.contactId === contactId),
    summary: all('throughline.ContactSummarised.v1').findLast((event) => event.data.contactId === contactId),
    channel: all('throughline.ContactRequested.v1', 'throughline.ContactSummarised.v1').findLast(
      (event) => event.data.contactId === contactId,
    )?.data.channel,
    agentId: all('throughline.ContactSummarised.v1').findLast(
      ({ data }) => data.contactId === contactId && data.agentId !== undefined,
    )?.data.agentId,
    words: all('throughline.ContactRequested.v1', 'throughline.MessagePosted.v1')
      .filter((event) => event.data.contactId === contactId)
      .flatMap((event) => {
        if (event.type === 'throughline.MessagePosted.v1')
          return event.data.author === 'customer' ? [{ text: event.data.text, at: event.occurredAt }] : []
        return event.data.words ? [{ text: event.data.words, at: event.occurredAt }] : []
      })
      .at(-1),
  })

  const timeline: Step[] = []
  for (const event of own) {
    const step = { at: event.occurredAt }
    if (event.type === 'throughline.CaseOpened.v1' || event.type === 'throughline.ContactAddedToCase.v1') {
      const { contactId, journeyId, words } = event.data
      const { requested, connected, ended, summary, channel, agentId } = ofContact(contactId)
      timeline.push({
        ...step,
        ...{ what: 'contact', contactId, journeyId, words, channel, agentId },
        requestedAt: requested?.occurredAt,
        connectedAt: connected?.occurredAt,
        endedAt: ended?.occurredAt,
        ...(viewer === 'team' && summary && { outcome: summary.data.outcome, issue: summary.data.issue }),
        ...(viewer === 'team' && summary && { causes: summary.data.causes }),
      })
    }
    if (event.type === 'throughline.CaseProgressed.v1' && (viewer === 'team' || event.data.visible)) {
      const { note, visible, staffId } = event.data
      timeline.push({ ...step, what: 'progress', note, visible, staffId })
    }
    if (event.type === 'throughline.CaseAssigned.v1' && viewer === 'team')
      timeline.push({ ...step, what: 'assigned', staffId: event.data.staffId })
    if (event.type === 'throughline.CasePromiseMissed.v1')
      timeline.push({ ...step, what: 'promise-missed', promise: event.data.what, by: event.data.by })
    if (event.type === 'throughline.CasePromiseKept.v1') {
      const { what, by } = event.data
      timeline.push({ ...step, what: 'promise-kept', promise: what, by: meant(event.position, what, by)?.by })
    }
    if (event.type === 'throughline.CaseResolved.v1') {
      const { how, words, staffId } = event.data
      timeline.push({ ...step, what: 'resolved', how, words, staffId })
    }
    if (event.type === 'throughline.CaseReopened.v1') {
      const { why, by } = event.data
      const isTeams = viewer === 'customer' && by === 'staff'
      timeline.push({ ...step, what: 'reopened', by, ...(!isTeams && { why }) })
    }
  }

  const turned = own.filter(({ type }) => /Case(Opened|Resolved|Reopened)/.test(type)).at(-1)
  const status = turned?.type === 'throughline.CaseResolved.v1' ? 'resolved' : 'open'
  const resolved = all('throughline.CaseResolved.v1')
    .filter(({ data }) => data.caseId === caseId)
    .at(-1)
  const promises = promisedBy(Infinity)
  const next = promises
    .filter(({ status: now }) => now === 'running' || now === 'missed')
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))[0]
  const words = contactIds.flatMap((contactId) => ofContact(contactId).words ?? [])
  const latest = words
    .map((each) => each.at)
    .sort()
    .at(-1)
  const staffed = all('throughline.CaseOpened.v1', 'throughline.CaseAssigned.v1')
    .filter(({ data }) => data.caseId === caseId && data.staffId !== undefined)
    .at(-1)
  return {
    id: caseId,
    reference: caseReference(caseId),
    customerId: ownerNow(opened.data.customerId),
    journeyId: opened.data.journeyId,
    subject: opened.data.subject,
    status,
    item: opened.data.item,
    reason: opened.data.reason,
    staffId: staffed?.data.staffId,
    contacts: added.length,
    repeat: added.length > 1,
    next: next && { what: next.what, by: next.by, missed: next.status === 'missed' },
    ...(status === 'resolved' &&
      resolved && {
        resolution: { how: resolved.data.how, words: resolved.data.words, at: resolved.occurredAt },
      }),
    lastWords: words.findLast((each) => each.at === latest),
    openedAt: opened.occurredAt,
    changedAt: own.at(-1)?.occurredAt,
    promises,
    timeline,
  }

  /** Every promise as it stood when the log had come to a position, that one left out. */
  function promisedBy(until: number) {
    const list: { what: string; by: string; status: string; keptAt?: string }[] = []
    for (const event of own.filter((each) => each.position < until)) {
      if (event.type === 'throughline.CaseOpened.v1' || event.type === 'throughline.ContactAddedToCase.v1') {
        const { promised, heardAt } = event.data
        for (const { what, by } of promised) {
          if (list.some((each) => each.what === what && each.by === by)) continue
          list.push({ what, by, status: heardAt !== undefined && by <= heardAt ? 'past' : 'running' })
        }
      }
      if (event.type === 'throughline.CasePromiseMissed.v1') {
        for (const each of list) {
          const isIt = each.what === event.data.what && each.by === event.data.by
          if (isIt && each.status === 'running') each.status = 'missed'
        }
      }
      if (event.type === 'throughline.CasePromiseKept.v1') {
        const it = choice(list, event.data.what, event.data.by)
        if (it && !it.status.startsWith('kept')) {
          it.status = it.status === 'missed' ? 'kept-late' : 'kept'
          it.keptAt = event.occurredAt
        }
      }
    }
    return list
  }

  function meant(until: number, what: string, by: string | undefined) {
    return choice(promisedBy(until), what, by)
  }

  function choice<Promised extends { readonly what: string; readonly by: string; readonly status: string }>(
    list: readonly Promised[],
    what: string,
    by: string | undefined,
  ): Promised | undefined {
    const fit = list.filter((each) => each.what === what && (by === undefined || each.by === by))
    return fit.find((each) => !each.status.startsWith('kept')) ?? fit.at(-1)
  }

  /** Follows what was known of who is whom: the last word about each id counts. */
  function ownerNow(id: string): string {
    let at = id
    for (const passed = new Set([id]); ; passed.add(at)) {
      const word = known.findLast(
        (event) =>
          (event.type === 'throughline.GuestRecognised.v1' && event.data.guestId === at) ||
          (/CustomersM|CustomersUnm/.test(event.type) &&
            'mergedId' in event.data &&
            event.data.mergedId === at),
      )
      if (word === undefined || word.type === 'throughline.CustomersUnmerged.v1') return at
      const to = 'customerId' in word.data ? word.data.customerId : undefined
      if (to === undefined) return at
      if (passed.has(to)) return id
      at = to
    }
  }
}
