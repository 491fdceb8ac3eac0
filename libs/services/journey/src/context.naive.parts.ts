export type Fields = Readonly<Record<string, unknown>>

/** An event as the naive look sees it: its name without what every wire name has around it. */
export interface Happened {
  readonly name: string
  readonly data: Fields
  readonly at: string
  readonly position: number
}

export function naiveReading(id: unknown, after: readonly Happened[]): Fields {
  const mine = after.filter(({ data }) => data.readingId === id)
  const viewed = mine.find(({ name }) => name === 'ArticleViewed')
  const later = (name: string) =>
    mine.filter((each) => each.name === name && each.position > (viewed?.position ?? 0))
  const helpedNot = later('ArticleDidNotHelp').at(-1)
  return {
    id,
    ...(viewed && pick(viewed.data, 'articleId', 'version', 'title')),
    at: viewed?.at,
    dwell: later('ArticleLeft').at(-1)?.data.dwell,
    helped: later('ArticleRated').at(-1)?.data.helped,
    comment: later('ArticleRated').findLast(({ data }) => data.comment !== undefined)?.data.comment,
    didNotHelp: helpedNot && pick(helpedNot.data, 'contactId', 'said'),
  }
}

export function naiveCase(id: unknown, mine: readonly Happened[]): Fields {
  const last = (...names: readonly string[]) => mine.findLast(({ name }) => names.includes(name))
  const opened = last('CaseOpened')
  const turned = last('CaseResolved', 'CaseReopened')
  const resolved = turned?.name === 'CaseResolved' ? turned : undefined
  const staffed = mine.findLast(
    ({ name, data }) => name === 'CaseAssigned' || (name === 'CaseOpened' && data.staffId !== undefined),
  )
  const words: Readonly<Record<string, readonly [string, string]>> = {
    CaseOpened: ['opened', 'words'],
    ContactAddedToCase: ['contact', 'words'],
    CaseProgressed: ['progress', 'note'],
    CasePromiseKept: ['promise-kept', 'what'],
    CasePromiseMissed: ['promise-missed', 'what'],
    CaseResolved: ['resolved', 'words'],
    CaseReopened: ['reopened', 'why'],
  }
  return {
    id,
    subject: opened?.data.subject,
    words: opened?.data.words,
    status: resolved ? 'resolved' : 'open',
    openedAt: opened?.at,
    resolvedAt: resolved?.at,
    how: resolved?.data.how,
    staffId: staffed?.data.staffId,
    contacts: mine
      .filter(({ name }) => name === 'CaseOpened' || name === 'ContactAddedToCase')
      .map(({ data }) => data.contactId),
    steps: mine.flatMap(({ name, data, at }) => {
      const [what, field] = words[name] ?? []
      if (what === undefined || field === undefined) return []
      return [{ at, what, words: data[field], visible: name === 'CaseProgressed' ? data.visible : true }]
    }),
  }
}

export function naivePromises(told: readonly Happened[]): readonly Fields[] {
  const promises: { what: unknown; by: unknown; state: string }[] = []
  for (const { name, data } of told) {
    for (const { what, by } of list(data.promised))
      if (!promises.some((each) => each.what === what && each.by === by))
        promises.push({ what, by, state: 'open' })
    if (name !== 'CasePromiseKept' && name !== 'CasePromiseMissed') continue
    const meant = promises.find((each) => each.what === data.what && each.state !== 'kept')
    if (meant) meant.state = name === 'CasePromiseKept' ? 'kept' : 'missed'
  }
  return promises
}

export function naiveFollowUps(told: readonly Happened[]): readonly Fields[] {
  const lastOf = told.filter(
    (event) => told.findLast(({ data }) => data.followUpId === event.data.followUpId) === event,
  )
  return lastOf.map(({ data: { followUpId: id } }) => {
    const mine = told.filter(({ data }) => data.followUpId === id)
    const asked = mine.findLast(({ name }) => name === 'FollowUpRequested')
    const since = mine.filter(({ position }) => position >= (asked?.position ?? 0))
    const closed = since.findLast(({ name }) => name === 'FollowUpDone' || name === 'FollowUpCancelled')
    const state = closed === undefined ? 'open' : closed.name === 'FollowUpDone' ? 'done' : 'cancelled'
    const staffId = since.findLast(({ name }) => name === 'FollowUpAssigned')?.data.staffId
    return { id, what: asked?.data.what, dueBy: asked?.data.dueBy, staffId, state }
  })
}

export function naiveFeedback(id: unknown, mine: readonly Happened[]): Fields {
  const given = mine.filter(({ name }) => name === 'FeedbackGiven' || name === 'FeedbackRevised')
  const [last, ...before] = [...given].reverse()
  const wish = mine.findLast(
    ({ name, position }) => name.startsWith('FollowUpWi') && position > (last?.position ?? 0),
  )
  const words = ['outcome', 'feeling', 'comment']
  return {
    id,
    ...(last && pick(last.data, 'about', 'version', ...words)),
    followUp: wish === undefined ? last?.data.followUp : wish.name === 'FollowUpWished',
    at: last?.at,
    before: before.reverse().map(({ at, data }) => ({ ...pick(data, ...words), at })),
  }
}

export function pick(from: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, from[name]]))
}

/** Values of a field in order of their first telling. */
export function ids(events: readonly Happened[], field: string): readonly unknown[] {
  return [...new Set(events.map(({ data }) => data[field]))]
}

export function kindOf({ data }: Happened): unknown {
  return list([data.item])[0]?.kind
}

export function list(values: unknown): readonly Fields[] {
  return Array.isArray(values) ? values.filter(isFields) : []
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
