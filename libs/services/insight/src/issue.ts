import type { Span } from './metric.js'

/** How long after a contact another about the same thing and reason still belongs to its issue, by reason. */
export type IssueWindow = Span

/** What decides which issue a contact belongs to. */
export interface ContactFacts {
  readonly id: string
  readonly person: string
  /** When it was asked for, and when it last ended. */
  readonly at: number
  readonly until: number
  readonly thing: string
  readonly reason: string
  readonly cases: readonly string[]
  /** Cases the customer said it is about. */
  readonly aboutCases: readonly string[]
  /** What the agent judged at the end. */
  readonly agent?: 'same' | 'new'
}

/** What told that a contact belongs to an earlier issue, or `new` (INSIGHT, section 4). */
export type JoinedBy = 'case' | 'customer' | 'agent' | 'rule' | 'new'

export interface IssueOf {
  /** The issue by what people said: case, customer, agent. Named after its first contact. */
  readonly stated: string
  /** The issue by that and by rule: the wide net. */
  readonly wide: string
  readonly by: JoinedBy
  /** The customer or the case says the same issue, the agent says a new one: counted and opened. */
  readonly disputed: boolean
}

export interface Joined {
  readonly byContact: ReadonlyMap<string, IssueOf>
  readonly byCase: ReadonlyMap<string, IssueOf>
}

/**
 * Joins contacts into issues, by the first that applies: same case > customer said so > agent said so > same thing and
 * reason within the window of the reason > new (C59). Order of the input does not matter.
 */
export function joinIssues(contacts: readonly ContactFacts[], window: IssueWindow): Joined {
  const byContact = new Map<string, IssueOf>()
  const byCase = new Map<string, IssueOf>()
  const earlierOf = new Map<string, ContactFacts[]>()
  const ordered = [...contacts].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  for (const contact of ordered) {
    const earlier = earlierOf.get(contact.person) ?? []
    const { link, by } = linkOf(contact, earlier, window)
    const before = link === undefined ? undefined : byContact.get(link.id)
    const issue: IssueOf = {
      stated: before === undefined || by === 'rule' ? contact.id : before.stated,
      wide: before?.wide ?? contact.id,
      by: before === undefined ? 'new' : by,
      disputed: (by === 'case' || by === 'customer') && contact.agent === 'new',
    }
    byContact.set(contact.id, issue)
    for (const each of contact.cases) if (!byCase.has(each)) byCase.set(each, issue)
    earlier.push(contact)
    earlierOf.set(contact.person, earlier)
  }
  return { byContact, byCase }
}

function linkOf(
  contact: ContactFacts,
  earlier: readonly ContactFacts[],
  window: IssueWindow,
): { readonly link?: ContactFacts; readonly by: JoinedBy } {
  const found = (by: JoinedBy, link: ContactFacts | undefined) =>
    link === undefined ? undefined : { by, link }
  const holds = (cases: readonly string[]) =>
    earlier.findLast((each) => each.cases.some((one) => cases.includes(one)))
  const sameThing = (each: ContactFacts): boolean => each.thing !== 'none' && each.thing === contact.thing
  const stated =
    found('case', holds(contact.cases)) ??
    found('customer', holds(contact.aboutCases)) ??
    (contact.agent === 'same' ? found('agent', earlier.findLast(sameThing) ?? earlier.at(-1)) : undefined)
  if (stated) return stated
  if (contact.agent === 'new') return { by: 'new' }
  const within = window.reasons[contact.reason] ?? window.default
  const rule = earlier.findLast(
    (each) =>
      sameThing(each) &&
      contact.reason !== 'none' &&
      each.reason === contact.reason &&
      contact.at - each.until <= within,
  )
  return found('rule', rule) ?? { by: 'new' }
}
