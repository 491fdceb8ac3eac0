import type { Channel } from '@throughline/contracts'
import { ana, startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { contactService } from './index.js'

export const API = '/api/v1/contact'

export const startContactWorld = (): Promise<World> => startWorld([contactService])

let journeys = 0

/** A journey with thing, reason, an article that did not help, a fact, and channels offered. */
export async function journeyOf(
  world: World,
  caller: Caller,
  channels: readonly Channel[] = ['chat', 'phone', 'callback', 'message'],
): Promise<string> {
  const number = String(++journeys).padStart(12, '0')
  const journeyId = `0a000000-0000-7000-8000-${number}`
  const readingId = `0b000000-0000-7000-8000-${number}`
  const keys = { journeyId, customerId: caller.id }
  const where = { stream: 'journey', id: journeyId, ...keys }
  await world.tell(
    'throughline.JourneyStarted.v1',
    {
      journeyId,
      person: {
        id: caller.id,
        assurance: caller.assurance,
        ...(caller.kind === 'customer' && { name: 'Ana Reis' }),
      },
      guest: caller.kind === 'guest',
      entrance: 'need-help',
    },
    where,
  )
  const item = { id: '0e000000-0000-7000-8000-000000000001', kind: 'purchase', title: 'Dishwasher' } as const
  await world.tell('throughline.ItemChosen.v1', { journeyId, item }, where)
  const reason = { code: 'does-not-drain', label: 'Does not drain' }
  await world.tell('throughline.ReasonChosen.v1', { journeyId, reason }, where)
  const fact = {
    journeyId,
    name: 'serial-number',
    label: 'Serial number',
    value: 'BX-77',
    source: 'customer',
  }
  await world.tell('throughline.FactGiven.v1', fact, where)
  const reading = {
    readingId,
    articleId: '0f000000-0000-7000-8000-000000000001',
    version: 3,
    title: 'Clean the filter',
  }
  const read = { stream: 'reading', id: readingId, ...keys }
  await world.tell('throughline.ArticleViewed.v1', reading, read)
  await world.tell('throughline.ArticleRated.v1', { ...reading, helped: false }, read)
  await offer(world, journeyId, caller, channels)
  return journeyId
}

export async function offer(
  world: World,
  journeyId: string,
  caller: Caller,
  channels: readonly Channel[],
): Promise<void> {
  const decisionId = journeyId.replace('0a', '1a')
  await world.tell(
    'throughline.ChannelsOffered.v1',
    {
      decisionId,
      journeyId,
      policy: 'care',
      version: 1,
      engine: 1,
      at: '2026-11-20T09:00:00.000Z',
      level: { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' },
      channels: channels.map((channel) => ({
        channel,
        offered: true,
        pace: 'immediate',
        because: ['allowed'],
      })),
      inputs: {},
    },
    { stream: 'decision', id: decisionId, journeyId, customerId: caller.id },
  )
}

/** The declared ways: from a chat to the phone by anybody or after a drop, from mail by agents. */
export async function publishPolicy(world: World, version = 1): Promise<void> {
  await world.tell(
    'throughline.ChannelPolicyPublished.v1',
    {
      policy: 'care',
      version,
      document: {
        escalation: [
          { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent', 'dropped'], keeps: 'due' },
          { from: 'email', to: ['message', 'phone'], by: ['agent', 'overdue'] },
        ],
      },
    },
    { stream: 'policy', id: 'care' },
  )
  await world.settled()
}

/** A contact somebody asked for, in a journey of its own. */
export async function contactOf(
  world: World,
  caller: Caller = ana,
  channel: Channel = 'chat',
  words?: string,
): Promise<{ readonly contactId: string; readonly journeyId: string }> {
  const journeyId = await journeyOf(world, caller)
  const response = await world.as(caller).post(`${API}/contacts`, {
    journeyId,
    channel,
    ...(words !== undefined && { words }),
  })
  const contactId = textAt(response, 'id')
  await world.settled()
  return { contactId, journeyId }
}

let offers = 0

/** What routing tells when an agent accepts. */
export async function assign(
  world: World,
  { contactId, journeyId }: { readonly contactId: string; readonly journeyId: string },
  agent: Caller,
  channel: Channel = 'chat',
): Promise<void> {
  const offerId = `1b000000-0000-7000-8000-${String(++offers).padStart(12, '0')}`
  await world.tell(
    'throughline.ContactAssigned.v1',
    { contactId, journeyId, offerId, agentId: agent.id, channel },
    { stream: 'work', id: contactId, journeyId },
  )
  await world.settled()
}

export function bodyOf({ body }: Response): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

export function textAt(response: Response, field: string): string {
  const value = bodyOf(response)[field]
  if (typeof value !== 'string') throw new Error(`${field} is missing: ${JSON.stringify(response)}`)
  return value
}

export function listAt(response: Response, field: string): readonly unknown[] {
  const value = bodyOf(response)[field]
  if (!Array.isArray(value)) throw new Error(`${field} is no list: ${JSON.stringify(response)}`)
  return value
}

/** What a live stream brings until something is heard. */
export async function listen(
  world: World,
  path: string,
  caller: Caller,
  lastEventId: string | undefined,
  until: RegExp,
  opened?: () => Promise<void>,
): Promise<string> {
  const abort = new AbortController()
  const response = await fetch(`${world.url}${path}`, {
    headers: {
      authorization: `Bearer ${await world.token(caller)}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  })
  await opened?.()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (until.test(text)) break
  }
  abort.abort()
  return text
}

export function nobodyListens(world: World): Promise<void> {
  return heardBy(world, 0)
}

/** The server hears of a closed page some turns of the event loop after it closed. */
export async function heardBy(world: World, streams: number): Promise<void> {
  const left = new RegExp(`^throughline_live_streams ${String(streams)}$`, 'm')
  for (let turn = 0; turn < 10_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    const { body } = turn % 10 === 0 ? await world.anyone().get('/metrics') : { body: '' }
    if (left.test(String(body))) return
  }
  throw new Error('a live stream stayed open')
}
