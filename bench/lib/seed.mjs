// A log of journeys that had a contact: the events of the contracts' golden bytes, with their own ids.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

const golden = (name, size) =>
  JSON.parse(readFileSync(join(root, 'libs/contracts/golden', `throughline.${name}.v1.${size}.json`), 'utf8'))
const started = golden('JourneyStarted', 'least')
const chosen = golden('ItemChosen', 'full')
const reason = golden('ReasonChosen', 'full')
const fact = golden('FactGiven', 'full')
const stage = golden('StageReached', 'full')
const requested = golden('ContactRequested', 'least')
const posted = golden('MessagePosted', 'least')
const contactEnded = golden('ContactEnded', 'least')
const journeyEnded = golden('JourneyEnded', 'least')
const SAID =
  'It started after the machine was moved on Wednesday; since then water stays in the drum and it hums.'

/**
 * What a journey of so many events recorded: half by the journey, half by its contact, both of them over at the end;
 * [stream, events] of each.
 */
export function journey(journeyId, contactId, customerId, events, next) {
  const of = ({ type, data }, more) => ({ type, data: { ...data, journeyId, ...more } })
  const person = { ...started.data.person, id: customerId }
  const half = Math.max(5, Math.floor(events / 2))
  const own = [
    of(started, { person, guest: false }),
    of(chosen, { item: { ...chosen.data.item, id: next() } }),
    of(reason),
    of(stage),
    ...Array.from({ length: half - 5 }, (_, n) =>
      of(fact, { name: `fact-${n % 40}`, value: `${SAID} ${n}` }),
    ),
    of(journeyEnded),
  ]
  const contact = [
    of(requested, { contactId, person }),
    ...Array.from({ length: events - half - 2 }, (_, n) =>
      of(posted, {
        contactId,
        messageId: next(),
        author: n % 2 === 0 ? 'customer' : 'agent',
        text: `${SAID} ${n}`,
      }),
    ),
    of(contactEnded, { contactId }),
  ]
  return [
    ['journey', journeyId, own],
    ['contact', contactId, contact],
  ]
}

const DAY = 86_400_000
/** How long ago the first of the journeys was; the last is of now. */
const HISTORY = 730 * DAY

/**
 * Fills a store with so many events, in journeys of twenty over the last two years; four events to a command. Returns the ids
 * of the journeys.
 */
export async function seed(store, ids, events, { each = 20 } = {}) {
  const journeys = Array.from({ length: Math.ceil(events / each) }, () => ids.next())
  const todo = journeys.entries()
  const now = Date.now()
  const filler = async () => {
    for (const [index, journeyId] of todo) {
      const occurredAt = new Date(now - HISTORY * (1 - (index + 1) / journeys.length)).toISOString()
      const customerId = ids.next()
      const parts = journey(journeyId, ids.next(), customerId, each, () => ids.next())
      for (const [stream, id, own] of parts) {
        for (let at = 0; at < own.length; at += 4) {
          const command = {
            id: `${id}/${at}`,
            actor: `customer:${customerId}`,
            journeyId,
            customerId,
            occurredAt,
          }
          await store.append({ stream, id }, at, command, own.slice(at, at + 4))
        }
      }
    }
  }
  await Promise.all(Array.from({ length: 500 }, filler))
  return journeys
}
