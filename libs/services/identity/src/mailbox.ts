import type { Says } from '@throughline/contracts'
import { fromInstant, HOUR, Refused, SECOND } from '@throughline/kernel'
import type { Instant, Stream } from '@throughline/kernel'

interface Counted {
  readonly challengeId: string
  readonly at: Instant
  /** Asked for from a device on which this address has signed in before. */
  readonly known: boolean
}

export type MailboxEvent =
  | Says<'throughline.SignInCodeCounted.v1', Counted>
  | Says<'throughline.SignInCodeAnswered.v1', { readonly challengeId: string }>

type Sent = Counted & { readonly answered: boolean }

/** Codes sent to an address within the hour before the newest of them, oldest first. */
export interface MailboxState {
  readonly codes: readonly Sent[]
}

/**
 * How much an address was written to. One stream per address and hour of the clock, so that none only grows, the same
 * whether anybody is known under it; whoever decides brings along what was sent in the hour before.
 * Anyone can ask for a code to anybody's address, so what stays unanswered is bounded low (S25); a device that has signed
 * in before has a bound of its own, so that strangers cannot keep the owner out (S22).
 */
export const mailboxes: Stream<MailboxState, MailboxEvent> = {
  name: 'mailbox',
  initial: { codes: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'throughline.SignInCodeCounted.v1':
        return { codes: [...within(state.codes, data.at), { ...data, answered: false }] }
      case 'throughline.SignInCodeAnswered.v1':
        return {
          codes: state.codes.map((code) =>
            code.challengeId === data.challengeId ? { ...code, answered: true } : code,
          ),
        }
    }
  },
}

/** Per address and hour: codes nobody answered that strangers asked for, and those that a known device asked for. */
export const UNANSWERED_CODES = { stranger: 3, knownDevice: 5 }
/** Per address and hour, whoever asked and whether answered or not. */
export const MOST_CODES = 10

/** Which hour of the clock a moment falls into: a part of its stream's id. */
export const hourOf = (at: Instant): number => Math.floor(fromInstant(at) / HOUR)

/** @throws Refused `identity.too-many-codes` */
export const countCode =
  (wish: Counted, before: readonly Sent[] = []) =>
  (state: MailboxState): readonly MailboxEvent[] => {
    const codes = [...before, ...state.codes]
    if (codes.some(({ challengeId }) => challengeId === wish.challengeId)) return []
    refuseTooMany(codes, wish)
    return [{ type: 'throughline.SignInCodeCounted.v1', data: wish }]
  }

/** @throws Refused `identity.too-many-codes` when these, without the one at hand, leave none */
export function refuseTooMany(codes: readonly Sent[], { at, known }: Counted): void {
  const recent = within(codes, at)
  const unanswered = recent.filter((code) => !code.answered && code.known === known)
  const most = known ? UNANSWERED_CODES.knownDevice : UNANSWERED_CODES.stranger
  if (unanswered.length >= most) throw tooMany(unanswered[0]?.at ?? at, at)
  if (recent.length >= MOST_CODES) throw tooMany(recent[0]?.at ?? at, at)
}

export const answerCode =
  (wish: { readonly challengeId: string }) =>
  (state: MailboxState): readonly MailboxEvent[] =>
    state.codes.some(({ challengeId, answered }) => challengeId === wish.challengeId && !answered)
      ? [{ type: 'throughline.SignInCodeAnswered.v1', data: { challengeId: wish.challengeId } }]
      : []

function within<Code extends { readonly at: Instant }>(codes: readonly Code[], at: Instant): readonly Code[] {
  return codes.filter((code) => fromInstant(code.at) > fromInstant(at) - HOUR)
}

function tooMany(oldest: Instant, now: Instant): Refused {
  return new Refused(
    'too-many',
    'identity.too-many-codes',
    'Too many codes were asked for at this address.',
    {
      retryAfter: Math.max(1, Math.ceil((fromInstant(oldest) + HOUR - fromInstant(now)) / SECOND)),
      todo: 'Use the newest code that was sent, or ask again later.',
    },
  )
}
