import type { EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

export type GuestEvent = EventOf<'throughline.GuestStarted.v1'> | EventOf<'throughline.GuestRecognised.v1'>

export type GuestState =
  | { readonly status: 'none' }
  | { readonly status: 'started' }
  | { readonly status: 'recognised'; readonly customerId: string }

/** Somebody unknown, until they sign in. */
export const guests: Stream<GuestState, GuestEvent> = {
  name: 'guest',
  initial: { status: 'none' },
  evolve(_, event) {
    switch (event.type) {
      case 'throughline.GuestStarted.v1':
        return { status: 'started' }
      case 'throughline.GuestRecognised.v1':
        return { status: 'recognised', customerId: event.data.customerId }
    }
  },
}

export const startGuest =
  (wish: { readonly guestId: string }) =>
  (state: GuestState): readonly GuestEvent[] =>
    state.status === 'none' ? [{ type: 'throughline.GuestStarted.v1', data: wish }] : []

/** @throws Refused `identity.guest-unknown`, `identity.guest-recognised` when it was somebody else */
export const recogniseGuest =
  (wish: EventOf<'throughline.GuestRecognised.v1'>['data']) =>
  (state: GuestState): readonly GuestEvent[] => {
    switch (state.status) {
      case 'none':
        throw new Refused('not-found', 'identity.guest-unknown', 'There is no such guest.')
      case 'recognised':
        if (state.customerId === wish.customerId) return []
        throw new Refused(
          'conflict',
          'identity.guest-recognised',
          'This guest has signed in as somebody else before.',
          { todo: 'Start a new journey.' },
        )
      case 'started':
        return [{ type: 'throughline.GuestRecognised.v1', data: wish }]
    }
  }
