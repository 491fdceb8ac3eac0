import type { EventOf } from '@throughline/contracts'
import type { Decision, Stream } from '@throughline/kernel'
import type { GateMove, Gates } from './policy/channel-offers.js'
import { isChannel } from './channels.js'

export type GateEvent = EventOf<'throughline.ChannelGateMoved.v1'>

/** Which levels the wait limits of one policy shut out now: the memory of the hysteresis. */
export const gates: Stream<Gates, GateEvent> = {
  name: 'gate',
  initial: {},
  evolve: moveGate,
}

export function moveGate(state: Gates, { data: { channel, segment = '', level, open } }: GateEvent): Gates {
  if (level === undefined) return state
  const gate = `${segment}/${channel}`
  const others = (state[gate] ?? []).filter((other) => other !== level)
  return { ...state, [gate]: open ? others : [...others, level] }
}

/** Moves that somebody else's decision made already are not told again. */
export const moveGates =
  (policy: string, moves: readonly GateMove[]): Decision<Gates, GateEvent> =>
  (state) =>
    moves.flatMap(({ gate, channel, level, shut, upper }): GateEvent[] => {
      if (!isChannel(channel) || (state[gate]?.includes(level) ?? false) === shut) return []
      const segment = gate.slice(0, -channel.length - 1)
      return [
        {
          type: 'throughline.ChannelGateMoved.v1',
          data: {
            policy,
            channel,
            open: !shut,
            wait: upper,
            level,
            ...(segment !== '' && { segment }),
          },
        },
      ]
    })
