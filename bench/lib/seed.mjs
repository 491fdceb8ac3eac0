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
const SAID =
  'It started after the machine was moved on Wednesday; since then water stays in the drum and it hums.'

/** What a journey of so many events recorded: half by the journey, half by its contact; [stream, events] of each. */
export function journey(journeyId, contactId, customerId, events, next) {
  const of = ({ type, data }, more) => ({ type, data: { ...data, journeyId, ...more } })
  const person = { ...started.data.person, id: customerId }
  const half = Math.max(4, Math.floor(events / 2))
  const own = [
    of(started, { person, guest: false }),
    of(chosen, { item: { ...chosen.data.item, id: next() } }),
    of(reason),
    of(stage),
    ...Array.from({ length: half - 4 }, (_, n) =>
      of(fact, { name: `fact-${n % 40}`, value: `${SAID} ${n}` }),
    ),
  ]
  const contact = [
    of(requested, { contactId, person }),
    ...Array.from({ length: events - half - 1 }, (_, n) =>
      of(posted, {
        contactId,
        messageId: next(),
        author: n % 2 === 0 ? 'customer' : 'agent',
        text: `${SAID} ${n}`,
      }),
    ),
  ]
  return [
    ['journey', journeyId, own],
    ['contact', contactId, contact],
  ]
}

/** Fills a store with so many events, in journeys of twenty; four events to a command. Returns the ids of the journeys. */
export async function seed(store, ids, events, { each = 20 } = {}) {
  const journeys = Array.from({ length: Math.ceil(events / each) }, () => ids.next())
  const todo = journeys.values()
  const filler = async () => {
    for (const journeyId of todo) {
      const customerId = ids.next()
      const parts = journey(journeyId, ids.next(), customerId, each, () => ids.next())
      for (const [stream, id, own] of parts) {
        for (let at = 0; at < own.length; at += 4) {
          const command = { id: `${id}/${at}`, actor: `customer:${customerId}`, journeyId, customerId }
          await store.append({ stream, id }, at, command, own.slice(at, at + 4))
        }
      }
    }
  }
  await Promise.all(Array.from({ length: 500 }, filler))
  return journeys
}
