import { ana, helena, joel, mira, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

interface Told {
  readonly id: string
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

describe('what an agent hears at once', () => {
  let world: World
  const open: AbortController[] = []
  beforeAll(async () => {
    world = await startWorld([routingService])
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    const skills = [{ skill: 'chat', level: 1 }]
    for (const agent of [joel, mira])
      await world.as(helena).put(`/api/v1/routing/agents/${agent.id}/skills`, { skills })
    await begin(world, idOf(1), ana.id)
    await world.settled()
  })
  afterAll(async () => {
    for (const abort of open) abort.abort()
    await world.stop()
  })

  const be = async (agent: typeof joel, state: string) => {
    await world.as(agent).put('/api/v1/routing/agents/me/presence', { state })
    await world.settled()
  }
  const chat = async (contactId: string) => {
    await request(world, { contactId, journeyId: idOf(1), customerId: ana.id, channel: 'chat' })
    await world.settled()
  }
  /** Listens over HTTP; gives everything heard up to and with the first event of a name. */
  const listen = async (agent: typeof joel, after?: string, path = 'agents/me/live') => {
    const abort = new AbortController()
    open.push(abort)
    const response = await fetch(`${world.url}/api/v1/routing/${path}`, {
      headers: {
        authorization: `Bearer ${await world.token(agent)}`,
        ...(after !== undefined && { 'last-event-id': after }),
      },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const body: AsyncIterable<Uint8Array> | null = response.body
    if (body === null) throw new Error('there is no stream')
    return async (until: string): Promise<readonly Told[]> => {
      let text = ''
      for await (const chunk of body) {
        text += Buffer.from(chunk).toString()
        const heard = toldIn(text)
        if (heard.some(({ event }) => event === until)) return heard
      }
      throw new Error(`the stream ended before ${until}`)
    }
  }

  it('C13: is her own offers with where their context is, and nothing of another agent', async () => {
    const joels = await listen(joel)
    const miras = await listen(mira)
    await be(joel, 'ready')
    await chat(idOf(2))
    // Whatever Mira should not have heard stands in the log before this.
    await be(mira, 'paused')
    expect((await miras('AgentPaused')).map(({ event }) => event)).toEqual(['AgentSignedOn', 'AgentPaused'])
    const heard = await joels('ContactOffered')
    expect(heard.map(({ event }) => event)).toEqual(['AgentSignedOn', 'AgentBecameReady', 'ContactOffered'])
    expect(heard.at(-1)?.data).toMatchObject({
      agentId: joel.id,
      contactId: idOf(2),
      journeyId: idOf(1),
      context: { href: `/api/v1/journey/journeys/${idOf(1)}/context` },
    })
  })

  it('goes on after the last event that was heard', async () => {
    const { body } = await world.as(joel).get('/api/v1/routing/agents/me/offers')
    const [first] = (body as { readonly items: readonly { readonly id: string }[] }).items
    const [offered] = await world.events('throughline.ContactOffered.v1')
    await world.as(joel).post(`/api/v1/routing/work/${idOf(2)}/offers/${String(first?.id)}/acceptance`)
    await chat(idOf(3))
    const heard = await (await listen(joel, String(offered?.position)))('ContactOffered')
    expect(heard.map(({ event, data }) => [event, data.contactId])).toEqual([
      ['ContactAssigned', idOf(2)],
      ['ContactOffered', idOf(3)],
    ])
    expect(Number(heard[0]?.id)).toBeGreaterThan(Number(offered?.position))
  })

  it('C47, C54: is for a supervisor that queues and agents change, and whose, with nothing of the customer', async () => {
    const [offered] = await world.events('throughline.ContactOffered.v1')
    const board = await listen(helena, String((offered?.position ?? 0) - 1), 'queues/live')
    const [first] = await board('changed')
    expect(first).toMatchObject({
      id: String(offered?.position),
      data: { type: 'ContactOffered', contactId: idOf(2), agentId: joel.id, channel: 'chat' },
    })
    expect(Object.keys(first?.data ?? {})).toHaveLength(4)
    for (const caller of [ana, joel])
      expect(await world.as(caller).get('/api/v1/routing/queues/live')).toMatchObject({ status: 403 })
  })

  it('is for agents only', async () => {
    expect(await world.as(ana).get('/api/v1/routing/agents/me/live')).toMatchObject({ status: 403 })
    const wrong = await world.as(joel).get('/api/v1/routing/agents/me/live', { 'last-event-id': 'x' })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'live.last-event-id' } })
  })
})

function toldIn(text: string): readonly Told[] {
  return [...text.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)].map(
    ([, id = '', event = '', data = '{}']) => ({
      id,
      event,
      data: JSON.parse(data) as Readonly<Record<string, unknown>>,
    }),
  )
}
