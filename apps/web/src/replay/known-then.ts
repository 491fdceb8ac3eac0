import type { ContactKnown, JourneyContext } from '../api/journey'
import { channelNoun, feelingWord, inSentence } from '../shared/journey-line'
import { feedbackWords } from './moment-words'
import type { Speech } from './moment-words'
import { kindOf, textOf, valueOf } from './stops'
import type { Stop } from './stops'

/** What the customer had been told or had chosen by then, as sentences; from her own context alone. */
export function customerKnew(context: JourneyContext, speech: Speech): readonly string[] {
  const { t, shared, format, staff } = speech
  const contact = context.contacts.at(-1)
  const said: string[] = []
  const picked = [context.item?.title, context.reason?.detailLabel ?? context.reason?.label].filter(
    (each) => each !== undefined,
  )
  if (contact === undefined) {
    said.push(picked.length === 0 ? t('known.looking') : t('known.picked', { what: picked.join(', ') }))
    const offered = (context.channels.at(-1)?.channels ?? []).filter(({ offered: is }) => is)
    if (offered.length > 0) {
      const channels = offered.map(({ channel }) => inSentence(channelNoun(channel, shared)))
      said.push(t('known.offered', { channels: format.list(channels) }))
    }
  } else said.push(standing(contact, context, speech))
  const failed = context.readings.filter(({ helped }) => helped === false).length
  if (failed > 0) said.push(t('known.no-help', { count: failed }))
  else if (context.readings.length > 0) said.push(t('known.read', { count: context.readings.length }))
  for (const { what, by, state } of context.promises) {
    if (state === 'open') said.push(t('known.promised', { what: inSentence(what), by: whenOf(by, speech) }))
    if (state === 'missed') said.push(t('known.missed', { what: inSentence(what) }))
  }
  return said

  function standing(asked: ContactKnown, { asOf }: JourneyContext, { t: say }: Speech): string {
    const agent = staff(asked.assigned?.agentId)
    switch (asked.status) {
      case 'waiting':
      case 'offered':
      case 'assigned': {
        const since = asked.queue?.enteredAt ?? asked.requestedAt
        if (since === undefined) return say('known.nothing')
        const waited = format.duration(Date.parse(asOf) - Date.parse(since))
        const quoted = asked.queue?.quoted
        return quoted === undefined
          ? say('known.waiting', { waited })
          : say('known.quoted', { wait: inSentence(format.wait(quoted.mid)), at: format.time(since), waited })
      }
      case 'connected': {
        const at = format.time(asked.connectedAt ?? asOf)
        return agent === undefined
          ? say('known.talking-somebody', { at })
          : say('known.talking', { name: agent, at })
      }
      case 'dropped':
        return say('known.dropped')
      case 'left':
        return say('known.left')
      case 'ended':
        return say('known.over')
    }
  }
}

/** What stood on the agent's screen, as sentences; from the team's context alone. */
export function teamKnew(context: JourneyContext, { t, format }: Speech): readonly string[] {
  const contact = context.contacts.at(-1)
  const offer = contact?.offers.at(-1)
  const given = context.facts.length + (context.item ? 1 : 0) + (context.reason ? 1 : 0)
  const said: string[] = []
  if (given > 0) said.push(t('known.facts', { count: given }))
  const failed = context.readings.filter(({ helped }) => helped !== true).length
  if (failed > 0) said.push(t('known.read', { count: failed }))
  if (context.earlier.contacts.length > 0)
    said.push(t('known.earlier', { count: context.earlier.contacts.length }))
  const notes = context.contacts.reduce((sum, each) => sum + each.notes.length, 0)
  if (notes > 0) said.push(t('known.notes', { count: notes }))
  said.push(offer === undefined ? t('known.not-shown') : t('known.shown', { at: format.exactTime(offer.at) }))
  return said
}

/** `Tue 24 Nov, 12:00`: never told from today, because the moment has a today of its own. */
export function whenOf(at: string, { t, format }: Speech): string {
  return t('now.moment', { date: format.date(at), time: format.time(at) })
}

/** Whose screen it was: who had taken it, else who was offered it last. */
export function agentOf(context: JourneyContext): string | undefined {
  const contact = context.contacts.at(-1)
  return contact?.assigned?.agentId ?? contact?.summary?.agentId ?? contact?.offers.at(-1)?.agentId
}

/** Something that nobody had heard of yet, and where on the line it is first seen. */
export interface Later {
  readonly text: string
  readonly index: number
}

/** Facts, notes, causes and feelings of the same journey that came after this stop, the next first. */
export function nobodyKnew(
  stops: readonly Stop[],
  at: number,
  context: JourneyContext,
  speech: Speech,
): readonly Later[] {
  const journeyId = stops[at]?.journeyId
  const known = JSON.stringify(context)
  const heard = new Set<string>()
  return stops.flatMap((stop, index) => {
    if (index <= at || stop.journeyId !== journeyId) return []
    return [stop.moment, ...stop.also].flatMap((moment): readonly Later[] =>
      laterOf(kindOf(moment), moment.data, speech).flatMap(({ text, raw }) => {
        // What was said in other words is known already.
        if (heard.has(raw) || known.includes(JSON.stringify(raw).slice(1, -1))) return []
        heard.add(raw)
        return [{ text, index }]
      }),
    )
  })
}

function laterOf(
  kind: string,
  data: unknown,
  { t, shared }: Speech,
): readonly { readonly text: string; readonly raw: string }[] {
  switch (kind) {
    case 'FactGiven': {
      const value = textOf(data, 'value')
      if (value === undefined) return []
      return [{ text: t('later.fact', { label: textOf(data, 'label') ?? '', value }), raw: value }]
    }
    case 'ContactNoteAdded': {
      const text = textOf(data, 'text')
      return text === undefined ? [] : [{ text: t('later.note', { text }), raw: text }]
    }
    case 'ContactSummarised': {
      const causes = valueOf(data, 'causes')
      return (Array.isArray(causes) ? (causes as readonly unknown[]) : []).flatMap((cause) => {
        const words = textOf(cause, 'words')
        return words === undefined ? [] : [{ text: t('later.cause', { text: words }), raw: words }]
      })
    }
    case 'FeedbackGiven':
    case 'FeedbackRevised': {
      const said = feedbackWords(data, shared)
      return said === '' ? [] : [{ text: t('later.feedback', { said }), raw: said }]
    }
    case 'CasePromiseMissed': {
      const what = textOf(data, 'what')
      return what === undefined ? [] : [{ text: t('later.missed', { what }), raw: `missed ${what}` }]
    }
    default:
      return []
  }
}

/** How she felt when she last said so. */
export function moodOf(
  context: JourneyContext,
  { shared }: Speech,
): { readonly feeling: string; readonly at: string } | undefined {
  const own = context.feedback.findLast(({ feeling }) => feeling !== undefined)
  if (own?.feeling !== undefined) return { feeling: feelingWord(own.feeling, shared), at: own.at }
  const earlier = context.earlier.contacts.find(({ feeling }) => feeling !== undefined)
  return earlier?.feeling === undefined
    ? undefined
    : { feeling: feelingWord(earlier.feeling, shared), at: earlier.at }
}
