import type { EventOf } from '@throughline/contracts'
import type { Decision, Stream } from '@throughline/kernel'

export type DecisionEvent = EventOf<
  'throughline.ChannelsOffered.v1' | 'throughline.ImmediateChannelMissing.v1'
>
export type OfferedChannels = EventOf<'throughline.ChannelsOffered.v1'>['data']

export type DecisionState =
  { readonly status: 'none' } | { readonly status: 'made'; readonly offered: OfferedChannels }

export const decisions: Stream<DecisionState, DecisionEvent> = {
  name: 'decision',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.ChannelsOffered.v1':
        return { status: 'made', offered: event.data }
      case 'throughline.ImmediateChannelMissing.v1':
        return state
    }
  },
}

/** Told whole, with everything it was made of; a guarantee that could not be kept is told beside it, never silent. */
export const offerChannels =
  (offered: OfferedChannels): Decision<DecisionState, DecisionEvent> =>
  (state) => {
    if (state.status === 'made') return []
    const { decisionId, journeyId, shortfall } = offered
    return [
      { type: 'throughline.ChannelsOffered.v1', data: offered },
      ...(shortfall === undefined
        ? []
        : [
            {
              type: 'throughline.ImmediateChannelMissing.v1',
              data: { decisionId, journeyId, cause: shortfall },
            } as const,
          ]),
    ]
  }
