import { DAY } from '@throughline/kernel'
import type { EventStore } from '@throughline/ports'
import { ivo, startReplicas } from '@throughline/testing'
import { insightService } from './index.js'
import { named, tellHistory } from './told.fixture.js'

const REQUESTED = 'throughline.ContactRequested.v1'
const FIGURE = '/api/v1/insight/metrics/contacts-by-reason/figures?by=reason'

interface Figure {
  readonly cell: object
  readonly shown: string
  readonly n?: number
}

describe('events that break their contract, past everything that looks at events before they are recorded', () => {
  it('R17: are parked with their cause by every process, and the figures go on without them', async () => {
    let record: EventStore | undefined
    const replicas = await startReplicas([insightService], {
      seen: (engines) => {
        record = engines.events
        return engines
      },
    })
    const [one] = replicas.worlds
    replicas.clock.move(60 * DAY)
    const ask = async (id: string, data: object) => {
      const event = { type: REQUESTED, data: { contactId: id, ...data } }
      const command = { id, actor: 'system:test', journeyId: 'j', customerId: 'ana' }
      const appended = await record?.append({ stream: 'told', id }, 0, command, [event])
      return appended?.events[0]?.position
    }
    await tellHistory((type, data, where) => one.tell(type, data, where))
    await replicas.settled()
    const figures = async () =>
      ((await one.as(ivo).get(FIGURE)).body as { readonly figures: readonly Figure[] }).figures.map(
        ({ cell, shown, n }) => ({ cell, shown, n }),
      )
    const before = await figures()
    expect(before).toContainEqual(expect.objectContaining({ cell: { reason: 'water-leak' }, n: 35 }))
    const positions = [
      await ask('nobody', {}),
      await ask('nothing', { person: null, reason: 7, journeyId: [] }),
    ]
    await replicas.settled()
    for (const { host } of replicas.worlds) {
      const letters = await host.bus.deadLetters('insight.fold')
      expect(letters.map(({ event }) => event.position)).toEqual(positions)
      for (const { cause, attempts } of letters) {
        expect(cause).toContain(`${REQUESTED} breaks its contract`)
        expect(attempts).toBe(0)
      }
    }
    expect(await figures()).toEqual(before)
    const like = (await one.events(REQUESTED)).find(({ data }) => JSON.stringify(data).includes('water-leak'))
    await ask(named('contact', 999), { ...(like?.data as object), contactId: named('contact', 999) })
    await replicas.settled()
    expect(await figures()).toContainEqual(expect.objectContaining({ cell: { reason: 'water-leak' }, n: 36 }))
    await replicas.stop()
  })
})
