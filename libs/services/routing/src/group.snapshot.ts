import type { SnapshotName } from '@throughline/ports'
import type { KeptDue, KeptSeqs } from './group.agenda.js'
import type { HeldAgent, HeldContact, PolicyInForce } from './group.facts.js'
import type { RoutingGroup } from './group.js'
import type { KeptHours } from './kept.js'
import type { KeptAgent, KeptContact } from './matcher/matching.js'
import type { Gates } from './policy/channel-offers.js'
import type { KeptWaits } from './waits.js'

/** A routing group row by row. Raise the version when a row's shape changes, or what the same events come to. */
export const GROUP_SNAPSHOT: SnapshotName = { name: 'routing.engine', version: 1 }

export interface ContactRow {
  readonly held: HeldContact
  /** Absent for one that waits for no agent: a callback whose time has not come. */
  readonly match?: KeptContact
  readonly due: KeptDue
}

export interface AgentRow {
  /** Place among the agents, in the order in which they were first heard of. */
  readonly place: number
  readonly held: HeldAgent
  /** Absent for one who never signed on. */
  readonly match?: KeptAgent
}

/** The document alone: it is read again, so a policy is never what an older reader made of it. */
export type PolicyRow = Pick<PolicyInForce, 'name' | 'version' | 'document'> & { readonly place: number }

/** What is not of one contact, agent or policy. */
export interface RestRow {
  readonly inForce?: string
  readonly gates: readonly (readonly [string, Gates])[]
  readonly seqs: KeptSeqs
  readonly waits: KeptWaits
  readonly kept: KeptHours
}

/** The rows of one snapshot, each kind in its order. */
export interface GroupRows {
  readonly policies: readonly PolicyRow[]
  readonly agents: readonly AgentRow[]
  readonly contacts: readonly ContactRow[]
  readonly rest: RestRow
}

const REST = 'rest'

export const contactKey = (contactId: string): string => `contact/${contactId}`
export const agentKey = (agentId: string): string => `agent/${agentId}`
export const policyKey = (policy: string): string => `policy/${policy}`

/** Every row there is. */
export function* allKeys(group: RoutingGroup): Generator<string> {
  for (const policy of group.policies.keys()) yield policyKey(policy)
  for (const agentId of group.agents.keys()) yield agentKey(agentId)
  for (const contactId of group.contacts.keys()) yield contactKey(contactId)
  yield REST
}

/** Rows that have changed, and the one that always has. */
export function changedKeys(group: RoutingGroup): ReadonlySet<string> {
  return new Set([...group.changed, REST])
}

/** Reads single rows of a group as it is now; undefined where there is none. */
export function rowsOf(group: RoutingGroup): (key: string) => unknown {
  const places = new Map([...group.agents.keys(), ...group.policies.keys()].map((id, place) => [id, place]))
  return (key) => {
    const slash = key.indexOf('/')
    const id = key.slice(slash + 1)
    switch (key.slice(0, Math.max(0, slash))) {
      case 'contact':
        return contactRow(group, id)
      case 'agent':
        return agentRow(group, id, places.get(id) ?? 0)
      case 'policy': {
        const known = group.policies.get(id)
        if (known === undefined) return undefined
        const { name, version, document } = known
        return { name, version, document, place: places.get(id) ?? 0 } satisfies PolicyRow
      }
      default:
        return restRow(group)
    }
  }
}

/** Sorts the rows of a snapshot out. @throws when the one that every snapshot has is missing */
export function groupRows(rows: ReadonlyMap<string, unknown>): GroupRows {
  const policies: PolicyRow[] = []
  const agents: AgentRow[] = []
  const contacts: ContactRow[] = []
  for (const [key, row] of rows) {
    // The one place where rows get their types: under this name and version only `rowsOf` wrote, and they add up.
    if (key.startsWith('contact/')) contacts.push(row as ContactRow)
    else if (key.startsWith('agent/')) agents.push(row as AgentRow)
    else if (key.startsWith('policy/')) policies.push(row as PolicyRow)
  }
  const rest = rows.get(REST)
  if (rest === undefined) throw new Error('a snapshot of a routing group without its rest')
  return {
    policies: policies.sort((a, b) => a.place - b.place),
    agents: agents.sort((a, b) => a.place - b.place),
    contacts: contacts.sort((a, b) => a.held.heardAt - b.held.heardAt),
    rest: rest as RestRow,
  }
}

function contactRow(group: RoutingGroup, contactId: string): ContactRow | undefined {
  const held = group.contacts.get(contactId)
  if (held === undefined) return undefined
  const match = group.matcher.keptContact(contactId)
  return { held, ...(match && { match }), due: group.dueOf(contactId) }
}

function agentRow(group: RoutingGroup, agentId: string, place: number): AgentRow | undefined {
  const held = group.agents.get(agentId)
  if (held === undefined) return undefined
  const match = group.matcher.keptAgent(agentId)
  return { place, held, ...(match && { match }) }
}

function restRow({ inForce, allGates, seqs, waits, kept }: RoutingGroup): RestRow {
  return {
    ...(inForce && { inForce: `${inForce.name}@${String(inForce.version)}` }),
    gates: [...allGates],
    seqs,
    waits: waits.snapshot(),
    kept: kept.snapshot(),
  }
}
