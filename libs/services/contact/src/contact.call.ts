import { Refused } from '@throughline/kernel'
import { begun, contactOver, isCall, isOver, lastLeg, refuseOtherAgents } from './contact.js'
import type { By, ContactState, ContactStreamEvent } from './contact.js'
import { ending } from './contact.ends.js'
import { dropContact } from './contact.moves.js'

export const CALL_STATES = ['ringing', 'answered', 'held', 'retrieved', 'ended', 'unanswered'] as const
export type CallTold = (typeof CALL_STATES)[number]

/** `hung-up` by us, `customer-hung-up` by her, `lost` by nobody. */
export const CALL_CAUSES = ['hung-up', 'customer-hung-up', 'lost'] as const
export type CallCause = (typeof CALL_CAUSES)[number]

/**
 * What a witness saw of the call: the agent's page, the edge of a telephone system. Several witnesses tell of the same
 * thing, so what the leg has behind it says nothing any more; what it cannot have come to is refused.
 */
export const tellCall =
  ({ state: told, cause, by }: { readonly state: CallTold; readonly cause?: CallCause; readonly by: By }) =>
  (state: ContactState): readonly ContactStreamEvent[] => {
    const { contact } = begun(state)
    const { leg, channel, call } = lastLeg(contact)
    if (isOver(state) || state.status === 'dropped') {
      if (told === 'ended' || told === 'unanswered') return []
      throw contactOver()
    }
    if (!isCall(channel)) throw noCall()
    refuseOtherAgents(begun(state), by)
    const of = { contactId: contact.contactId, journeyId: contact.journeyId, leg }
    const agentId = 'agentId' in state ? state.agentId : undefined
    switch (told) {
      case 'ringing':
        // Nobody is called up before somebody is there to speak (C14): nothing to hold for.
        if (agentId === undefined) throw nobodyReady()
        return call === 'none' ? [{ type: 'throughline.CallRang.v1', data: of }] : []
      case 'answered':
        if (call === 'answered' || call === 'held') return []
        if (agentId === undefined) throw nobodyReady()
        return [
          ...(call === 'none' ? [{ type: 'throughline.CallRang.v1', data: of } as const] : []),
          { type: 'throughline.CallAnswered.v1', data: of },
          { type: 'throughline.ContactConnected.v1', data: { ...of, channel, agentId } },
        ]
      case 'held':
        if (call === 'held') return []
        if (call !== 'answered') throw notAnswered()
        return [{ type: 'throughline.CallHeld.v1', data: of }]
      case 'retrieved':
        if (call === 'answered') return []
        if (call !== 'held') throw notAnswered()
        return [{ type: 'throughline.CallRetrieved.v1', data: of }]
      case 'unanswered':
        if (call === 'answered' || call === 'held') throw answeredAlready()
        return call === 'none' ? [] : [unanswered(of)]
      case 'ended':
        if (call === 'none') return []
        // It only rang: the customer was not reached, and is called again.
        if (call === 'ringing') return [unanswered(of)]
        if (cause === 'lost' && state.status === 'connected') return dropContact({ leg, cause })(state)
        return ending(contact, cause === 'customer-hung-up' ? 'customer' : 'agent')
    }
  }

function unanswered(of: { readonly contactId: string; readonly journeyId: string; readonly leg: number }) {
  return { type: 'throughline.CallEnded.v1', data: { ...of, cause: 'unanswered' } } as const
}

function noCall(): Refused {
  return new Refused('conflict', 'contact.no-call', 'This contact does not go over a call.')
}

function nobodyReady(): Refused {
  return new Refused('conflict', 'contact.nobody-ready', 'Nobody has taken this call yet.')
}

function notAnswered(): Refused {
  return new Refused('conflict', 'contact.call-not-answered', 'Nobody speaks on this call yet.')
}

function answeredAlready(): Refused {
  return new Refused('conflict', 'contact.call-answered', 'This call was answered.')
}
