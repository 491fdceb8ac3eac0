import { Signals } from '@throughline/ports'
import type { Signal } from '@throughline/ports'
import { defect } from '@throughline/ports/suites'
import { ana, assertWorld, joel, startReplicas } from '@throughline/testing'
import type { Replicas, Seen, World } from '@throughline/testing'
import { GONE_AFTER } from './contact.reactions.js'
import { API, assign, contactOf, heardBy, nobodyListens, textAt } from './contact.world.suite.js'
import { contactService } from './index.js'

/** The defect: nothing that one process says reaches another. */
class NobodyHears extends Signals {
  readonly #listeners = new Set<(signal: Signal) => void>()
  send(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal)
  }
  onSignal(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

const seen: Seen = (engines) =>
  defect('R35.contact') && engines.shared
    ? { ...engines, shared: { ...engines.shared, signals: new NobodyHears() } }
    : engines

/** A page of a live stream, and what it has heard. */
async function page(world: World, path: string) {
  const abort = new AbortController()
  const headers = { authorization: `Bearer ${await world.token(ana)}` }
  const response = await fetch(`${world.url}${path}`, { headers, signal: abort.signal })
  let text = ''
  const read = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  })().catch(() => undefined)
  return {
    hears: async (what: RegExp): Promise<boolean> => {
      for (let turn = 0; turn < 2_000 && !what.test(text); turn++)
        await new Promise((resolve) => setImmediate(resolve))
      return what.test(text)
    },
    close: async () => {
      abort.abort()
      await read
    },
  }
}

describe('contacts in two processes', () => {
  let replicas: Replicas
  let one: World
  let other: World

  beforeEach(async () => {
    replicas = await startReplicas([contactService], { seen })
    ;[one, other] = replicas.worlds
  })
  afterEach(async () => {
    await replicas.stop()
  })

  const connected = async () => {
    const contact = await contactOf(one)
    await replicas.settled()
    await assign(one, contact, joel)
    await replicas.settled()
    const live = `${API}/contacts/${contact.contactId}/live`
    const status = async (world: World) =>
      textAt(await world.as(joel).get(`${API}/contacts/${contact.contactId}`), 'state')
    return { ...contact, live, status }
  }

  it('R35: a customer whose stream one process holds is not dropped by the other, and is once when she is gone', async () => {
    const { live, status } = await connected()
    const hers = await page(other, live)
    await heardBy(other, 1)
    for (let minutes = 0; minutes < 5; minutes++) await replicas.pass(GONE_AFTER)
    expect([await status(one), await status(other)]).toEqual(['connected', 'connected'])
    await hers.close()
    await nobodyListens(other)
    await replicas.pass(GONE_AFTER / 2)
    expect(await status(one)).toBe('connected')
    for (let sweeps = 0; sweeps < 3; sweeps++) await replicas.pass(GONE_AFTER / 2)
    expect([await status(one), await status(other)]).toEqual(['dropped', 'dropped'])
    expect(await one.events('throughline.ContactDropped.v1')).toHaveLength(1)
  })

  it('R35: she goes on when the process that held her stream stops and she comes back to the other', async () => {
    const { live, status } = await connected()
    const hers = await page(other, live)
    await heardBy(other, 1)
    await replicas.pass(GONE_AFTER / 2)
    await replicas.stopOne(other)
    await hers.close()
    const again = await page(one, live)
    await heardBy(one, 1)
    for (let minutes = 0; minutes < 5; minutes++) await replicas.pass(GONE_AFTER)
    expect(await status(one)).toBe('connected')
    await again.close()
    await nobodyListens(one)
  })

  it('R35: a page hears that somebody types in another process, and on how many devices she is in all', async () => {
    const { contactId, live } = await connected()
    const first = await page(one, live)
    await heardBy(one, 1)
    const second = await page(other, live)
    await heardBy(other, 1)
    const typing = await one.as(joel).post(`${API}/contacts/${contactId}/typing`)
    expect(typing.status).toBe(204)
    expect(await second.hears(/event: typing\ndata: .*"by":"agent"/)).toBe(true)
    expect(await first.hears(/event: typing/)).toBe(true)
    await first.close()
    await second.close()
    await nobodyListens(one)
    await nobodyListens(other)
  })

  it('R23: what one process takes, the other shows at the position it was told, and the whole holds', async () => {
    const { contactId } = await connected()
    for (let n = 0; n < 4; n++) {
      const [writer, reader] = n % 2 === 0 ? [one, other] : [other, one]
      const said = await writer
        .as(joel)
        .post(`${API}/contacts/${contactId}/messages`, { text: `Part ${String(n)}` })
      expect(said.status).toBe(201)
      await replicas.settled()
      const { body } = await reader.as(ana).get(`${API}/contacts/${contactId}/messages`)
      expect(JSON.stringify(body)).toContain(`Part ${String(n)}`)
    }
    await replicas.settled()
    for (const { host } of [one, other]) await assertWorld(host)
  })
})
