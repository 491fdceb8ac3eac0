/** Somewhere a contact can go from here, along a declared way. */
export type Way =
  /** Back into the line of its channel, to somebody else; with a further skill where one is named. */
  | { readonly is: 'queue'; readonly channel: string; readonly skill?: string }
  | {
      readonly is: 'colleague'
      readonly agentId: string
      readonly name: string
      readonly caseReference?: string
    }
  /** The same person goes on over another channel. */
  | { readonly is: 'move'; readonly channel: string }
  | { readonly is: 'supervisor' }

export function wayId(way: Way): string {
  switch (way.is) {
    case 'queue':
      return `queue:${way.skill ?? ''}`
    case 'colleague':
      return `colleague:${way.agentId}`
    case 'move':
      return `move:${way.channel}`
    case 'supervisor':
      return 'supervisor'
  }
}

/** What a published policy declares: whether a contact of this channel may be passed on, and which skills there are. */
export interface Declared {
  readonly transfer: boolean
  readonly queue: string | undefined
  /** Beyond what the channel needs anyway. */
  readonly skills: readonly string[]
}

type Document = Readonly<Record<string, unknown>>

/** Reads a policy document; what it says in a form not known here declares nothing (C75). */
export function declaredOf(policy: unknown, channel: string): Declared {
  const document = recordOf(policy)
  const ways = Array.isArray(document.escalation) ? document.escalation.map(recordOf) : []
  const channels = recordOf(document.channels)
  const here = recordOf(channels[channel])
  const needs = textsOf(here.need)
  const skills = Object.values(channels).flatMap((rules) => textsOf(recordOf(rules).need))
  const media = new Set(['chat', 'voice', 'message', 'phone', 'callback'])
  return {
    transfer: ways.some(
      (way) =>
        way.from === channel && textsOf(way.to).includes(channel) && textsOf(way.by).includes('transfer'),
    ),
    queue: typeof here.queue === 'string' ? here.queue : undefined,
    skills: [...new Set(skills)].filter((skill) => !needs.includes(skill) && !media.has(skill)),
  }
}

export interface KnownColleague {
  readonly agentId: string
  readonly name: string
  readonly caseReference?: string
}

/** Everything there is from here, and nothing else; a supervisor can always be asked. */
export function waysFrom({
  channel,
  connected,
  declared,
  colleagues,
  moves,
}: {
  readonly channel: string
  readonly connected: boolean
  readonly declared: Declared
  readonly colleagues: readonly KnownColleague[]
  /** Channels it can go on over, as the contact says. */
  readonly moves: readonly string[]
}): readonly Way[] {
  const passing: readonly Way[] =
    connected && declared.transfer
      ? [
          { is: 'queue', channel },
          ...declared.skills.map((skill): Way => ({ is: 'queue', channel, skill })),
          ...colleagues.map((colleague): Way => ({ is: 'colleague', ...colleague })),
        ]
      : []
  return [
    ...passing,
    ...moves.filter((each) => each !== channel).map((each): Way => ({ is: 'move', channel: each })),
    { is: 'supervisor' },
  ]
}

function recordOf(value: unknown): Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Document) : {}
}

/** `chat`, or `{skill: 'chat', level: 2}`. */
function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    if (typeof each === 'string') return [each]
    const { skill } = recordOf(each)
    return typeof skill === 'string' ? [skill] : []
  })
}
