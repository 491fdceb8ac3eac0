import type { OfferedChannels } from './decision.js'
import { isRecordedInputs } from './decision.shown.js'
import { evaluateChannels } from './policy/channel-offers.js'
import type { ChannelPolicy } from './policy/channel-policy.js'
import type { PolicyProblem } from './policy/data-reader.js'
import { own } from './policy/own.js'

interface Compared {
  live: number
  draft: number
}

export interface Example {
  readonly decisionId: string
  readonly journeyId: string
  readonly at: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

const EXAMPLES = 3

/**
 * Recorded decisions beside what a draft would have decided from the same recorded inputs, counted one by one. "Live" is
 * what was really offered, under whatever version was in force then.
 */
export class Preview {
  #decisions = 0
  #changed = 0
  #unreadable = 0
  readonly #offered = new Map<string, Compared>()
  readonly #best = new Map<string, Compared>()
  readonly #rules = new Map<string, Compared>()
  readonly #unknown = new Map<string, number>()
  readonly #shortfalls: Compared = { live: 0, draft: 0 }
  readonly #examples: Example[] = []

  constructor(private readonly draft: ChannelPolicy) {
    for (const channel of draft.order) this.#both(channel)
    for (const axis of ['urgency', 'value'] as const) {
      for (const policy of [draft, ...Object.values(draft.segments)])
        for (const { id } of policy[axis]) counted(this.#rules, `${axis} ${id}`)
      counted(this.#rules, `${axis} default`)
    }
  }

  /** Newest first: the first that differ become the examples, each of another journey. */
  add(offered: OfferedChannels): void {
    const { decisionId, journeyId, at, inputs, level } = offered
    if (!isRecordedInputs(inputs)) {
      this.#unreadable += 1
      return
    }
    this.#decisions += 1
    // The version names the draft in its own decision, which is kept nowhere.
    const { decision } = evaluateChannels({ policy: this.draft, version: 1, ...inputs })
    const before = offered.channels.flatMap((one) => (one.offered ? [one.channel] : []))
    const after = decision.channels.flatMap((one) => (one.offered ? [one.channel] : []))
    this.#count('live', before)
    this.#count('draft', after)
    for (const { channel } of decision.channels)
      if (own(inputs.snapshot.channels, channel) === undefined)
        this.#unknown.set(channel, (this.#unknown.get(channel) ?? 0) + 1)
    counted(this.#rules, `urgency ${level.urgencyRule}`).live += 1
    counted(this.#rules, `value ${level.valueRule}`).live += 1
    counted(this.#rules, `urgency ${decision.level.urgency.by}`).draft += 1
    counted(this.#rules, `value ${decision.level.value.by}`).draft += 1
    if (offered.shortfall !== undefined) this.#shortfalls.live += 1
    if (decision.shortfall !== null) this.#shortfalls.draft += 1
    if (before.join() === after.join()) return
    this.#changed += 1
    if (this.#examples.length < EXAMPLES && !this.#examples.some((one) => one.journeyId === journeyId))
      this.#examples.push({ decisionId, journeyId, at, before, after })
  }

  told() {
    return {
      decisions: this.#decisions,
      changed: this.#changed,
      channels: [...this.#offered].map(([channel, { live, draft }]) => ({
        channel,
        live,
        draft,
        best: { ...counted(this.#best, channel) },
      })),
      rules: [...this.#rules].map(([rule, { live, draft }]) => {
        const [axis = '', ...id] = rule.split(' ')
        return { axis, id: id.join(' '), live, draft }
      }),
      shortfalls: { ...this.#shortfalls },
      examples: this.#examples,
      problems: this.#problems(),
    }
  }

  /** What the comparison cannot know, for whoever reads it. */
  #problems(): readonly PolicyProblem[] {
    const unknown = [...this.#unknown].map(([channel, count]) => ({
      field: `channels.${channel}`,
      problem: `In ${String(count)} of the decisions nothing is recorded of who served "${channel}"; there it counts as unstaffed.`,
    }))
    if (this.#unreadable === 0) return unknown
    const problem = `${String(this.#unreadable)} decisions were recorded from what cannot be read any more.`
    return [...unknown, { field: '', problem }]
  }

  #count(side: 'live' | 'draft', channels: readonly string[]): void {
    for (const channel of channels) {
      this.#both(channel)
      counted(this.#offered, channel)[side] += 1
    }
    const [first] = channels
    if (first !== undefined) counted(this.#best, first)[side] += 1
  }

  #both(channel: string): void {
    counted(this.#offered, channel)
    counted(this.#best, channel)
  }
}

function counted(counts: Map<string, Compared>, name: string): Compared {
  const known = counts.get(name)
  if (known !== undefined) return known
  const created = { live: 0, draft: 0 }
  counts.set(name, created)
  return created
}
