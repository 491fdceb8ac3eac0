import { Injectable } from '@nestjs/common'
import { CHANNELS, ITEM_KINDS } from '@throughline/contracts'
import { Clock, fromInstant, Refused } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore, ViewStore } from '@throughline/ports'
import type { Command, Page, PageRequest } from '@throughline/ports'
import { channelsShown } from './decision.shown.js'
import { RoutingEngine } from './engine.service.js'
import { evaluateChannels } from './policy/channel-offers.js'
import { publishable, targets } from './policy/channel-policy.checks.js'
import type { ChannelPolicy, JourneyFacts } from './policy/channel-policy.js'
import { readChannelPolicy } from './policy/channel-policy.reader.js'
import { policies, publishPolicy } from './policy.js'
import type { PolicyDocument } from './policy.js'
import { publishedView } from './policy.view.js'
import type { PublishedRow } from './policy.view.js'
import { PreviewService } from './preview.service.js'
import { snapshotOf } from './standing.js'

const LONGEST_REASON = 500
const KNOWN = { channels: CHANNELS, things: ITEM_KINDS }

export interface Trial {
  readonly facts: Omit<JourneyFacts, 'startsAt'> & { readonly startsAt?: Instant }
  readonly document?: PolicyDocument
  readonly at?: Instant
}

@Injectable()
export class PoliciesService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly engine: RoutingEngine,
    private readonly previews: PreviewService,
    private readonly clock: Clock,
  ) {}

  /** @throws Refused `routing.policy-invalid` with every problem */
  async publish(name: string, { why, ...document }: PolicyDocument, command: Command) {
    holding(name, document)
    const told = await this.store.transact(
      policies,
      name,
      publishPolicy(name, document, reasonOf(why)),
      command,
    )
    return { ...told, body: { policy: name, version: told.version, document } }
  }

  /** Whom a draft would have affected in the last days. @throws Refused as publishing it would */
  async preview(name: string, document: PolicyDocument, days: number) {
    return { policy: name, ...(await this.previews.of(holding(name, document), days)) }
  }

  /** A version, the newest when none is named. @throws Refused `routing.policy-unknown` */
  async find(name: string, version?: number) {
    const { state, version: newest } = await this.store.load(policies, name)
    const wanted = version ?? newest
    const document = state.status === 'none' ? undefined : state.versions[wanted - 1]
    if (document === undefined) throw unknownPolicy()
    // Read and not checked: what was published once stands, though a check of today would refuse it.
    const policy = readChannelPolicy(document)
    return { policy: name, version: wanted, newest, document, targets: targets(policy) }
  }

  async versions(name: string, page: PageRequest) {
    return this.views.rows(publishedView, `policy:${name}`, { ...page, descending: true })
  }

  async list(page: PageRequest): Promise<Page<PublishedRow & { readonly inForce: boolean }>> {
    const { inForce } = await this.engine.present()
    const { items, next } = await this.views.rows(publishedView, 'newest', page)
    return { items: items.map((row) => ({ ...row, inForce: row.policy === inForce?.name })), next }
  }

  /** What a journey with these facts would be offered, by a draft that is not finished too; nothing is recorded. */
  async trial(name: string, { facts, document, at: moment }: Trial) {
    const group = await this.engine.present()
    const known = document === undefined ? await this.find(name) : { document, version: 1 }
    const policy = readChannelPolicy(known.document)
    const at = moment === undefined ? this.clock.now() : fromInstant(moment)
    const { startsAt, ...others } = facts
    const snapshot = snapshotOf(group, policy, at)
    const { decision } = evaluateChannels({
      policy,
      version: known.version,
      facts: { ...others, ...(startsAt !== undefined && { startsAt: fromInstant(startsAt) }) },
      snapshot,
      gates: group.gates(name),
      at,
    })
    return {
      policy: name,
      version: document === undefined ? known.version : null,
      ...channelsShown(decision, { policy, snapshot }),
    }
  }
}

/** @throws Refused `routing.policy-invalid` with every problem, also when it is another policy than its address says */
function holding(name: string, document: PolicyDocument): ChannelPolicy {
  const policy = publishable(document, KNOWN)
  if (policy.policy !== name)
    throw refusedAt('policy', `The document is of the policy "${policy.policy}", the address of "${name}".`)
  return policy
}

function reasonOf(why: unknown): string | undefined {
  if (why === undefined || (typeof why === 'string' && why.length > 0 && why.length <= LONGEST_REASON))
    return why
  throw refusedAt('why', `The reason is a text of at most ${String(LONGEST_REASON)} characters.`)
}

function refusedAt(field: string, problem: string): Refused {
  const more = { problems: [{ field, problem }] }
  return new Refused('invalid', 'routing.policy-invalid', problem, { field, more })
}

function unknownPolicy(): Refused {
  return new Refused(
    'not-found',
    'routing.policy-unknown',
    'There is no such policy, or no such version of it.',
  )
}
