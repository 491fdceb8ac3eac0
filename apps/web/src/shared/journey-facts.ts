import type { TFunction } from 'i18next'
import type { FactKnown, JourneyContext, JourneyMoment, ReadingKnown } from '../api/journey'
import type { Format } from '../words/format'

/** What is known, with where it came from; fits `Known`. */
export interface JourneyFact {
  readonly id: string
  /** What it is, for comparing: `thing`, `reason`, `question`, `delivery-address`. */
  readonly name: string
  readonly label: string
  readonly value: string
  readonly source?: string
}

export type Viewer = 'customer' | 'staff'

export interface FactsOf {
  readonly viewer: Viewer
  readonly t: TFunction
  readonly format: Format
  /** The journey's moments, for the time at which thing and reason were chosen. */
  readonly events?: readonly JourneyMoment[]
  /** The contact that is looked at; its own first words then. */
  readonly contactId?: string | undefined
  /** Who it is stands elsewhere on the page. */
  readonly person?: boolean
  /** What was tried stands elsewhere on the page. */
  readonly tried?: boolean
}

/** What nobody asks again: who, thing, reason, words, everything given, what was tried. One content for both sides (C15, C16). */
export function factsOf(context: JourneyContext, options: FactsOf): readonly JourneyFact[] {
  const { viewer, t, format, events = [], contactId, person = true, tried = true } = options
  const source = (how: 'chosen' | 'said' | 'given', at?: string, by = 'customer'): string => {
    const who = by === 'customer' ? viewer : by === 'agent' ? 'agent' : 'system'
    const said = t(`facts.source.${who}.${how}`)
    return at === undefined ? said : t('facts.source.at', { said, at: format.momentIn(at) })
  }
  const chosenAt = (type: string): string | undefined =>
    events.findLast((each) => each.type === type)?.occurredAt
  const { item, reason } = context
  const contact = context.contacts.find(({ id }) => id === contactId) ?? context.contacts.at(-1)
  const facts: JourneyFact[] = []
  if (person && context.person.name !== undefined) {
    facts.push({
      id: 'name',
      name: 'name',
      label: t('facts.name'),
      value: context.person.name,
      source: assuranceOf(context, t, format),
    })
  }
  if (item !== undefined) {
    const known = [item.reference, item.date && format.date(item.date)].filter((part) => part !== undefined)
    const chosen = source('chosen', chosenAt('throughline.ItemChosen.v1'))
    facts.push({
      id: 'thing',
      name: 'thing',
      label: t('facts.thing'),
      value: item.title,
      source: [...known, known.length === 0 ? chosen : lowerFirst(chosen)].join(', '),
    })
  }
  if (reason !== undefined) {
    facts.push({
      id: 'reason',
      name: 'reason',
      label: t('facts.reason'),
      value: reasonWords(reason),
      source: source('chosen', chosenAt('throughline.ReasonChosen.v1')),
    })
  }
  const words = contact?.words
  for (const fact of context.facts) {
    // Her first words are often the same sentence as the answer to our question.
    if (fact.name === 'question' && fact.value === words) continue
    const told = factOf(fact, source(fact.name === 'question' ? 'said' : 'given', fact.at, fact.source))
    // Put right, what we knew stands once, with what it was before.
    const index = facts.findIndex(({ id }) => id === fact.name)
    const before = facts[index]
    if (before === undefined) facts.push(told)
    else
      facts[index] = {
        ...told,
        id: before.id,
        source: t('facts.corrected', { source: told.source, value: before.value }),
      }
  }
  if (words !== undefined && words !== '') {
    facts.push({
      id: 'words',
      name: 'question',
      label: t('facts.says'),
      value: `“${words}”`,
      source: source('said', contact?.requestedAt),
    })
  }
  if (tried) {
    for (const reading of triedOf(context)) {
      facts.push({
        id: `tried:${reading.id}`,
        name: 'tried',
        label: t('facts.tried'),
        value: reading.title,
        source: triedWords(reading, t, format),
      })
    }
  }
  return facts
}

function factOf({ name, label, value }: FactKnown, source: string): JourneyFact {
  return { id: `fact:${name}`, name, label, value: name === 'question' ? `“${value}”` : value, source }
}

export function reasonWords({
  label,
  detailLabel,
}: {
  readonly label: string
  readonly detailLabel?: string
}): string {
  return detailLabel === undefined || detailLabel === '' ? label : `${label}, ${lowerFirst(detailLabel)}`
}

// `Water stays` becomes `water stays` within a sentence; `DHL did not come` stays.
function lowerFirst(text: string): string {
  const [first = '', second = ''] = [...text]
  return second === second.toLocaleLowerCase() ? first.toLocaleLowerCase() + text.slice(first.length) : text
}

/** What was read and did not help, and what was read and left without a word; newest first. */
export function triedOf({ readings }: JourneyContext): readonly ReadingKnown[] {
  return readings.filter(({ helped }) => helped !== true).toReversed()
}

/** `Read 4 min, marked “no” today 14:18` */
export function triedWords(reading: ReadingKnown, t: TFunction, format: Format): string {
  const read =
    reading.dwell === undefined
      ? t('facts.read')
      : t('facts.read-for', { time: format.duration(reading.dwell * 1_000) })
  if (reading.helped !== false) return `${read}, ${format.momentIn(reading.at)}`
  return t('facts.read-no', { read, at: format.momentIn(reading.at) })
}

/** `Signed in with a code, today 14:12`, `Not signed in` */
export function assuranceOf(
  { person, guest }: Pick<JourneyContext, 'person' | 'guest'>,
  t: TFunction,
  format: Format,
): string {
  if (guest || person.assurance === 'none') return t('facts.assurance.none')
  const how = t(`facts.assurance.${person.assurance}`)
  return person.verifiedAt === undefined ? how : `${how} ${format.momentIn(person.verifiedAt)}`
}
