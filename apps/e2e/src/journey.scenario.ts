import { Problem } from '@throughline/client'
import type { Client } from '@throughline/client'
import { POLICY, REASONS } from '@throughline/demo'
import type { Guest, Person } from '@throughline/demo'
import { DAY, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import { stepsOn } from './scenario.step.js'
import { Heard } from './stage.js'

/** What the journey needs of a wiring: one process, or a cluster of them. */
export interface JourneyStage {
  readonly url: string
  readonly operator: Client
  /** Every line that was logged, at the most talkative level. */
  readonly logged: readonly string[]
  /** The time that the system lives in, in milliseconds since 1970. */
  now(): number
  person(email: string): Person
  guest(): Guest
  /** Returns when every reaction and view has read everything there is. */
  settle(): Promise<void>
  /** Lets time go by; whatever is due happens. */
  pass(milliseconds: number): Promise<void>
  /** Asks again and again until the answer fits, and lets what is due happen meanwhile. */
  until<Answer>(ask: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<Answer>
  /** Returns when this many live streams are open: a closed connection is noticed a moment later. */
  listeners(count: number): Promise<void>
  /** Ends every process and starts it again on what was recorded. Nothing that was in memory is left. */
  restart(): Promise<void>
  /** Called when a step went wrong, to say what may explain it. */
  explain?(): void
  stop(): Promise<void>
}

/** Any JSON an answer may hold; the test names what it looks at. */
type Body = Readonly<Record<string, unknown>>

interface Offer {
  readonly id: string
  readonly contactId: string
  readonly journeyId: string
}

/**
 * One customer's way through the whole system, over HTTP, as C1 to C78 promise it, whatever the system runs on. Each test
 * goes on from the one before: it is one story, told in steps.
 */
export function journeyScenario(name: string, open: () => Promise<JourneyStage>): void {
  describe(name, () => {
    let stage: JourneyStage
    let ana: Person
    let joel: Person
    let mira: Person
    let rui: Person
    let helena: Person
    let ivo: Person
    const known = {
      dishwasher: '',
      journey: '',
      readings: [] as string[],
      articles: [] as string[],
      contact: '',
      code: '',
      caseId: '',
      feedback: '',
      accepted: 0,
    }

    const step = stepsOn(() => stage)

    const token = async (person: Person): Promise<string> => person.token()
    const refusal = async (request: Promise<unknown>): Promise<Problem> => {
      const answer: unknown = await request.catch((error: unknown) => error)
      if (answer instanceof Problem) return answer
      throw new Error('it was not refused')
    }
    const ready = async (person: Person): Promise<void> => {
      await person.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
      await stage.settle()
    }
    const offers = async (agent: Person): Promise<readonly Offer[]> =>
      (await agent.api.get<{ readonly items: readonly Offer[] }>('/api/v1/routing/agents/me/offers')).body
        .items
    const isThere = (found: readonly unknown[]): boolean => found.length > 0
    const journeyPath = (): string => `/api/v1/journey/journeys/${known.journey}`
    const contactPath = (): string => `/api/v1/contact/contacts/${known.contact}`

    beforeAll(async () => {
      stage = await open()
      for (const [name, roles] of [
        ['joel', ['agent']],
        ['mira', ['agent']],
        ['rui', ['agent']],
        ['helena', ['supervisor', 'knowledge-owner']],
        ['ivo', ['analyst']],
      ] as const) {
        await stage.operator.post('/api/v1/identity/staff', { name, email: `${name}@halden.example`, roles })
      }
      joel = stage.person('joel@halden.example')
      mira = stage.person('mira@halden.example')
      rui = stage.person('rui@halden.example')
      helena = stage.person('helena@halden.example')
      ivo = stage.person('ivo@halden.example')
      for (const person of [joel, mira, rui, helena, ivo]) await person.signIn()
      await helena.api.put('/api/v1/routing/policies/care', POLICY)
      await helena.api.put('/api/v1/my-stuff/reasons/reasons', { kinds: REASONS })
      await helena.api.put(`/api/v1/routing/agents/${joel.id}/skills`, {
        skills: [{ skill: 'chat', level: 2 }],
      })
      await helena.api.put(`/api/v1/routing/agents/${mira.id}/skills`, {
        skills: [
          { skill: 'chat', level: 2 },
          { skill: 'voice', level: 2 },
        ],
      })
      for (const [kind, title] of [
        ['guide', 'Clean the filter'],
        ['faq', 'Why water stays'],
        ['community', 'Check the hose after moving'],
      ] as const) {
        const { body } = await helena.api.post<{ readonly id: string }>('/api/v1/knowledge/articles', {
          kind,
          title,
          summary: 'What to do when water stays in the bottom.',
          body: 'Turn the filter to the left.',
          fits: [{ things: ['purchase'], reasons: ['water-stays'], products: [] }],
          language: 'en',
          ownerId: helena.id,
        })
        known.articles.push(body.id)
      }
      await helena.api.post('/api/v1/insight/promises', {
        channel: 'chat',
        definition: 'S2',
        threshold: 60,
        share: 80,
      })
    })

    afterAll(async () => {
      await stage.stop()
    })

    step(
      '1. a back-end system feeds what she has, and a bad line does not stop the others (C74)',
      async () => {
        await stage.operator.put('/api/v1/identity/customers/by-external-id/shop/4711', {
          name: 'Ana Ferreira',
          email: 'ana@example.org',
          segment: 'household',
        })
        const customer = { source: 'shop', externalId: '4711' }
        const lines = [
          {
            kind: 'purchase',
            reference: 'HH-20418',
            title: 'Bris 45 dishwasher',
            product: 'Bris 45',
            date: '2026-11-12T10:00:00.000Z',
            state: 'delivered',
          },
          {
            kind: 'quote',
            reference: 'Q-7',
            title: 'Flamma 4 hob, fitted',
            date: '2026-11-14T10:00:00.000Z',
          },
          {
            kind: 'booking',
            reference: 'B-9',
            title: 'Visit of an engineer',
            date: '2026-11-15T10:00:00.000Z',
            startsAt: '2026-12-08T08:00:00.000Z',
          },
          { kind: 'spaceship', reference: 'X', title: 'No such kind' },
          {
            kind: 'marketing',
            reference: 'L-3',
            title: 'Care plan letter',
            date: '2026-10-20T10:00:00.000Z',
            template: 'care-plan@3',
          },
        ].map((line) => JSON.stringify({ ...line, source: 'shop', customer }))
        const feed = (): Promise<{ readonly body: Body }> =>
          stage.operator.post<Body>('/api/v1/my-stuff/items/bulk', `${lines.join('\n')}\nnot json\n`, {
            contentType: 'application/x-ndjson',
          })
        const { body } = await feed()
        expect(body).toMatchObject({ accepted: 4, rejected: [{ line: 4 }, { line: 6 }] })
        const again = await feed()
        expect(again.body).toMatchObject({ accepted: 0, replayed: 4 })
      },
    )

    step(
      '1. she signs in with a code and sees all her stuff on one page (C1, C2, C4 to C6, C21, C22)',
      async () => {
        ana = stage.person('ana@example.org')
        await ana.signIn()
        // An earlier contact, at a desk, that left an open case.
        const earlier = await stage.operator.post<{ readonly id: string }>('/api/v1/journey/journeys', {
          entrance: 'elsewhere',
          customerId: ana.id,
          origin: 'desk',
        })
        await stage.operator.post('/api/v1/contact/records', {
          journeyId: earlier.body.id,
          customerId: ana.id,
          channel: 'store',
          origin: 'desk',
          words: [{ author: 'customer', text: 'The plinth has a dent.', mode: 'spoken' }],
          summary: {
            outcome: 'promised',
            issue: 'new',
            subject: 'Plinth with a dent',
            words: 'A new plinth is ordered.',
            causes: [],
            promised: [{ what: 'We call with a date', by: toInstant(stage.now() + 3 * DAY) }],
            articles: [],
          },
        })
        await stage.settle()
        const { body } = await ana.api.get<{
          readonly items: readonly {
            readonly name: string
            readonly count: number
            readonly items: readonly {
              readonly id: string
              readonly title: string
              readonly reasons: readonly unknown[]
            }[]
          }[]
          readonly contacts: { readonly items: readonly unknown[] }
          readonly cases: { readonly items: readonly unknown[] }
          readonly contact: Body
        }>('/api/v1/my-stuff')
        const group = (name: string) => body.items.find((each) => each.name === name)
        for (const kind of ['purchase', 'quote', 'booking', 'marketing']) expect(group(kind)?.count).toBe(1)
        expect(body.contacts.items).toMatchObject([{ channel: 'store' }])
        expect(body.cases.items).toMatchObject([{ subject: 'Plinth with a dent', status: 'open' }])
        expect(body.contact).toMatchObject({ href: '/api/v1/routing/offers' })
        const dishwasher = group('purchase')?.items[0]
        expect(dishwasher?.title).toBe('Bris 45 dishwasher')
        known.dishwasher = dishwasher?.id ?? ''
      },
    )

    step(
      '2. she starts a journey, picks the dishwasher, one of at most seven reasons and a second-level one (C7, C8)',
      async () => {
        const started = await ana.api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
          entrance: 'need-help',
        })
        known.journey = started.body.id
        await ana.api.put(`${journeyPath()}/item`, { itemId: known.dishwasher })
        const { body } = await ana.api.get<{
          readonly reasons: readonly {
            readonly code: string
            readonly details: readonly { readonly code: string }[]
          }[]
          readonly contact: Body
        }>(`/api/v1/my-stuff/items/${known.dishwasher}/reasons`)
        expect(body.reasons.length).toBeLessThanOrEqual(7)
        expect(body.contact).toMatchObject({ href: '/api/v1/routing/offers' })
        const reason = body.reasons.find(({ code }) => code === 'not-working')
        expect(reason?.details.map(({ code }) => code)).toContain('water-stays')
        const chosen = await ana.api.put<Body>(`${journeyPath()}/reason`, {
          code: 'not-working',
          detail: 'water-stays',
        })
        expect(chosen.body).toMatchObject({
          reason: { label: 'It isn’t working', detailLabel: 'Water stays in the bottom' },
        })
        await stage.settle()
      },
    )

    step(
      '3. she reads two articles that fit and says the first did not help; Contact Us was there (C9, C10)',
      async () => {
        const { body } = await ana.api.get<
          Readonly<Record<'guides' | 'faq' | 'community', readonly { readonly id: string }[]>>
        >(
          `/api/v1/knowledge/suggestions?thing=purchase&reason=not-working&detail=water-stays&journeyId=${known.journey}`,
        )
        expect([body.guides.length, body.faq.length, body.community.length]).toEqual([1, 1, 1])
        for (const article of [body.guides[0], body.faq[0]]) {
          const opened = await ana.api.post<{ readonly id: string; readonly version: number }>(
            '/api/v1/knowledge/readings',
            {
              articleId: article?.id,
              journeyId: known.journey,
            },
          )
          expect(opened.body.version).toBe(1)
          await stage.pass(20 * SECOND)
          await ana.api.post(`/api/v1/knowledge/readings/${opened.body.id}/leave`, { dwell: 20 })
          known.readings.push(opened.body.id)
        }
        await ana.api.put(`/api/v1/knowledge/readings/${known.readings[0] ?? ''}/rating`, { helped: false })
        await ana.api.post(`${journeyPath()}/facts`, {
          name: 'question',
          label: 'Says',
          value: 'It started after it was moved.',
        })
        await stage.settle()
      },
    )

    interface Shown {
      readonly channel: string
      readonly because: readonly string[]
      readonly wait?: Body
    }
    let decision: {
      readonly id: string
      readonly channels: readonly Shown[]
      readonly notOffered: readonly Shown[]
    }
    const offered = (): readonly string[] => decision.channels.map(({ channel }) => channel)

    step(
      '4. channels follow the policy; what nobody serves is not offered and says why (C11, C12, C70 to C72)',
      async () => {
        const alone = await ana.api.post<typeof decision>('/api/v1/routing/offers', {
          journeyId: known.journey,
        })
        decision = alone.body
        expect(offered()).not.toContain('chat')
        expect(decision.notOffered.find(({ channel }) => channel === 'chat')?.because).toContain('unstaffed')
        await ready(joel)
        await stage.pass(MINUTE)
        const staffed = await ana.api.post<typeof decision>('/api/v1/routing/offers', {
          journeyId: known.journey,
        })
        decision = staffed.body
        expect(offered()).toContain('chat')
        expect(offered()).not.toContain('phone')
        expect(decision.channels[0]).toMatchObject({
          channel: 'chat',
          best: true,
          wait: { high: expect.any(Number) as number },
        })
        for (const { because } of decision.notOffered) expect(because.length).toBeGreaterThan(0)
        const recorded = await helena.api.get<Body>(`/api/v1/routing/decisions/${decision.id}`)
        expect(recorded.body).toMatchObject({ policy: 'care', version: 1 })
        const derived = await helena.api.post<Body>(`/api/v1/routing/decisions/${decision.id}/derivation`, {})
        expect(derived.body).toMatchObject({ equal: true })
      },
    )

    step('4. urgent always has an immediate channel, trivial may get only slow ones (C12)', async () => {
      const shown = async (kind: string, code: string) => {
        const started = await ana.api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
          entrance: 'need-help',
        })
        const { body: things } = await ana.api.get<{ readonly items: readonly { readonly id: string }[] }>(
          `/api/v1/my-stuff/items?kind=${kind}`,
        )
        const path = `/api/v1/journey/journeys/${started.body.id}`
        await ana.api.put(`${path}/item`, { itemId: things.items[0]?.id })
        await ana.api.put(`${path}/reason`, { code })
        const { body } = await ana.api.post<{
          readonly level: { readonly urgency: string }
          readonly channels: readonly { readonly channel: string; readonly pace: string }[]
          readonly shortfall: Body | null
        }>('/api/v1/routing/offers', { journeyId: started.body.id })
        return body
      }
      const leak = await shown('purchase', 'water-leak')
      expect(leak.level.urgency).toBe('critical')
      expect(leak.channels.some(({ pace }) => pace === 'immediate')).toBe(true)
      expect(leak.shortfall).toBeNull()
      const letter = await shown('marketing', 'no-more')
      expect(letter.level.urgency).toBe('trivial')
      expect(letter.channels.some(({ pace }) => pace === 'immediate')).toBe(false)
    })

    step(
      '5. chat goes to the agent who fits, who sees everything before accepting; an offer not taken goes on (C13, C15, C16, C18)',
      async () => {
        await stage.settle()
        const requested = await ana.api.post<{ readonly id: string }>('/api/v1/contact/contacts', {
          journeyId: known.journey,
          channel: 'chat',
          decisionId: decision.id,
          words: 'Water stays in the bottom.',
          presses: 5,
        })
        known.contact = requested.body.id
        await stage.settle()
        const first = await stage.until(() => offers(joel), isThere)
        expect(first).toMatchObject([{ contactId: known.contact, journeyId: known.journey }])
        await ready(mira)
        await stage.pass(31 * SECOND)
        const [offer] = await stage.until(() => offers(mira), isThere)
        expect(offer).toMatchObject({ contactId: known.contact })
        expect(await offers(joel)).toEqual([])
        const context = await mira.api.get<Body>(`${journeyPath()}/context`)
        expect(context.body).toMatchObject({
          person: { id: ana.id, name: 'Ana Ferreira', assurance: 'code' },
          item: { id: known.dishwasher, title: 'Bris 45 dishwasher' },
          reason: { code: 'not-working', detail: 'water-stays' },
        })
        const text = JSON.stringify(context.body)
        for (const part of [
          'Clean the filter',
          'It started after it was moved.',
          'Plinth with a dent',
          'Water stays in the bottom.',
        ]) {
          expect(text).toContain(part)
        }
        // Nobody else may look, and nobody learns whether there is anything to see.
        const foreign = await refusal(rui.api.get(`${journeyPath()}/context`))
        const unknown = await refusal(
          rui.api.get('/api/v1/journey/journeys/00000000-0000-7000-8000-000000000000/context'),
        )
        expect(foreign).toMatchObject({ status: 404 })
        expect({ ...foreign }).toEqual({ ...unknown })
        const taken = await mira.api.post(
          `/api/v1/routing/work/${known.contact}/offers/${offer?.id ?? ''}/acceptance`,
          {},
        )
        known.accepted = taken.position
        await stage.settle()
        await expect(
          mira.api.post(`/api/v1/routing/work/${known.contact}/offers/${offer?.id ?? ''}/refusal`, {}),
        ).rejects.toMatchObject({ status: 409 })
      },
    )

    step(
      '5. a fact the journey holds is shown before it is asked for, and counted when asked (C16)',
      async () => {
        const { body } = await mira.api.post<Body>(`${journeyPath()}/questions`, { name: 'question' })
        expect(body).toMatchObject({ known: true, value: 'It started after it was moved.' })
      },
    )

    step(
      '6. both hear each other live; a dropped chat goes on by phone with every word (C45, C69)',
      async () => {
        const live = `${stage.url}${contactPath()}/live`
        const hers = await Heard.open(live, await token(ana))
        const agents = await Heard.open(live, await token(mira))
        await mira.api.post(`${contactPath()}/messages`, { text: 'Hello Ana, I read it all.' })
        await hers.until(({ data }) => JSON.stringify(data).includes('I read it all'))
        await ana.api.post(`${contactPath()}/messages`, { text: 'Good. It is full — 6 cm 💧' })
        await agents.until(({ data }) => JSON.stringify(data).includes('6 cm 💧'))
        const spoken = await ana.api.post<{ readonly code: string }>(`${contactPath()}/continuations`, {
          form: 'spoken',
        })
        known.code = spoken.body.code
        await hers.close()
        await stage.listeners(1)
        await stage.pass(SECOND)
        await stage.pass(61 * SECOND)
        await stage.until(
          () => mira.api.get<Body>(contactPath()),
          ({ body }) => body.state === 'dropped',
        )
        await agents.close()
        // The escalation map has no way from chat to message: nothing happens.
        await expect(
          stage.operator.post('/api/v1/contact/resumptions', { code: spoken.body.code, channel: 'message' }),
        ).rejects.toMatchObject({ status: 409, code: 'contact.move-not-declared' })
        await ready(mira)
        const resumed = await stage.operator.post<{ readonly id: string }>('/api/v1/contact/resumptions', {
          code: spoken.body.code.toLowerCase(),
          channel: 'phone',
        })
        expect(resumed.body.id).toBe(known.contact)
        await stage.settle()
        const [offer] = await stage.until(() => offers(mira), isThere)
        expect(offer).toMatchObject({ contactId: known.contact, journeyId: known.journey })
        const before = await mira.api.get<{ readonly items: readonly { readonly said: string }[] }>(
          `${contactPath()}/messages`,
        )
        const words = before.body.items.map(({ said }) => said)
        expect(words).toEqual(
          expect.arrayContaining(['Hello Ana, I read it all.', 'Good. It is full — 6 cm 💧']),
        )
        await mira.api.post(`/api/v1/routing/work/${known.contact}/offers/${offer?.id ?? ''}/acceptance`, {})
        await stage.settle()
        await mira.api.post(`${contactPath()}/call`, { state: 'answered' })
        await mira.api.post(`${contactPath()}/messages`, {
          text: 'An engineer comes on Tuesday.',
          mode: 'spoken',
        })
        await stage.settle()
      },
    )

    step('6. the code is good once; used, wrong and misspelt ones all sound alike (H13)', async () => {
      const answers = []
      for (const code of [known.code, 'K7M2-9QXD', '0000-0000']) {
        const {
          status,
          code: problem,
          message,
        } = await refusal(stage.operator.post('/api/v1/contact/resumptions', { code, channel: 'phone' }))
        answers.push({ status, problem, message })
      }
      expect(answers[1]).toEqual(answers[0])
      expect(answers[2]).toEqual(answers[0])
    })

    step(
      '7. the summary stands in My Stuff as a case she can follow; one call begins again from it (C20 to C23)',
      async () => {
        await mira.api.post(`${contactPath()}/end`, {})
        await mira.api.put(`${contactPath()}/summary`, {
          outcome: 'promised',
          issue: 'new',
          subject: 'Water stays in the dishwasher',
          words: 'The pump is blocked. An engineer comes on Tuesday.',
          causes: [{ code: 'pump-blocked', words: 'Glass in the pump', department: 'product' }],
          promised: [{ what: 'An engineer comes', by: '2026-11-24T12:00:00.000Z' }],
          articles: [],
        })
        await stage.settle()
        const { body } = await ana.api.get<{
          readonly items: readonly { readonly id: string; readonly subject: string }[]
        }>('/api/v1/my-stuff/cases')
        const found = body.items.find(({ subject }) => subject === 'Water stays in the dishwasher')
        expect(found).toMatchObject({ status: 'open' })
        known.caseId = found?.id ?? ''
        const again = await ana.api.post<{ readonly journey: Body }>(
          `/api/v1/case/cases/${known.caseId}/recontact`,
          {},
        )
        const started = await ana.api.post<{ readonly id: string }>(
          '/api/v1/journey/journeys',
          again.body.journey,
        )
        const { body: context } = await ana.api.get<Body>(
          `/api/v1/journey/journeys/${started.body.id}/context`,
        )
        expect(JSON.stringify(context)).toContain('Water stays in the dishwasher')
      },
    )

    step(
      '8. feedback makes a task because she wished it; revised next day, the task is closed and both versions stay (C24 to C28)',
      async () => {
        const given = await ana.api.post<{ readonly id: string }>('/api/v1/feedback/feedback', {
          about: { kind: 'contact', id: known.contact },
          outcome: 'partly',
          feeling: 'unsure',
          comment: 'Nobody asked me anything twice.',
          followUp: true,
        })
        known.feedback = given.body.id
        await stage.settle()
        const tasks = async (list: string) =>
          (
            await helena.api.get<{ readonly items: readonly { readonly feedbackId?: string }[] }>(
              `/api/v1/case/follow-ups?list=${list}`,
            )
          ).body.items
        expect(await tasks('all')).toMatchObject([{ feedbackId: known.feedback }])
        await stage.pass(DAY)
        await ana.api.patch(`/api/v1/feedback/feedback/${known.feedback}`, {
          outcome: 'mostly',
          feeling: 'at-ease',
          followUp: false,
        })
        await stage.settle()
        expect(await tasks('all')).toEqual([])
        const { body } = await ana.api.get<{ readonly versions: readonly Body[] }>(
          `/api/v1/feedback/feedback/${known.feedback}`,
        )
        expect(body.versions).toMatchObject([
          { outcome: 'partly', followUp: true },
          { outcome: 'mostly', followUp: false },
        ])
      },
    )

    step(
      '9. the articles carry “did not help” for their version; revising begins a new record (C17)',
      async () => {
        const flagged = async () =>
          (
            await helena.api.get<{
              readonly items: readonly { readonly articleId?: string; readonly version?: number }[]
            }>('/api/v1/knowledge/tasks?state=open&of=everyone')
          ).body.items
        const tasks = await flagged()
        expect(tasks).toHaveLength(2)
        const [guide] = known.articles
        const versions = async () =>
          (
            await helena.api.get<{ readonly items: readonly Body[] }>(
              `/api/v1/knowledge/articles/${guide ?? ''}/versions`,
            )
          ).body.items
        expect(JSON.stringify(await versions())).toMatch(/"version":1/)
        await helena.api.put(`/api/v1/knowledge/articles/${guide ?? ''}`, {
          kind: 'guide',
          title: 'Clean the filter and the pump',
          summary: 'What to do when water stays in the bottom.',
          body: 'Turn the filter to the left. Then look at the pump.',
          fits: [{ things: ['purchase'], reasons: ['water-stays'], products: [] }],
          language: 'en',
          why: 'Readers still had to call.',
        })
        await stage.settle()
        expect(await versions()).toHaveLength(2)
        expect((await flagged()).some(({ articleId }) => articleId === guide)).toBe(false)
      },
    )

    step('10. a guest asks from a product page, signs in later, and the journey is hers (C3)', async () => {
      const guest = stage.guest()
      const started = await guest.api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
        entrance: 'product-page',
        stage: 'discovery',
        page: 'https://shop.example/bris-45',
      })
      const path = `/api/v1/journey/journeys/${started.body.id}`
      await guest.api.put(`${path}/item`, { product: { title: 'Bris 45 dishwasher', product: 'Bris 45' } })
      await guest.api.post(`${path}/facts`, {
        name: 'question',
        label: 'Asks',
        value: 'Is it quiet enough for an open kitchen?',
      })
      const tomas = stage.person('tomas@example.org')
      await tomas.signIn(guest)
      await stage.settle()
      const { body } = await tomas.api.get<Body>(`${path}/context`)
      expect(JSON.stringify(body)).toContain('Is it quiet enough')
      expect(body).toMatchObject({ person: { id: tomas.id, assurance: 'code' } })
      await expect(ana.api.get(path)).rejects.toMatchObject({ status: 404 })
    })

    step(
      '11. insight answers from the events alone, and says when it is too few to tell (C29, C34, C47, C59)',
      async () => {
        await stage.pass(8 * DAY)
        for (const path of [
          'drivers',
          'online-before-contact',
          'articles',
          'answer-times',
          'feedback-trend',
          'repeat-contacts',
        ]) {
          const { body } = await ivo.api.get<Body>(`/api/v1/insight/${path}`)
          expect(JSON.stringify(body)).toMatch(/"known":\s*\d+/)
          expect(JSON.stringify(body)).toMatch(/too few/i)
        }
      },
    )

    step(
      '12. the journey replays as it was known when she accepted, and the record outlives the process (C48)',
      async () => {
        const path = `${journeyPath()}/context?position=${String(known.accepted)}`
        const then = await ivo.api.get<Body>(path)
        expect(JSON.stringify(then.body)).toContain('Clean the filter')
        expect(JSON.stringify(then.body)).not.toContain('An engineer comes')
        const now = await ivo.api.get<Body>(`${journeyPath()}/context`)
        expect(JSON.stringify(now.body)).toContain('An engineer comes')
        await stage.restart()
        expect((await ivo.api.get<Body>(path)).body).toEqual(then.body)
        expect((await ivo.api.get<Body>(`${journeyPath()}/context`)).body).toEqual(now.body)
      },
    )

    step('no log line tells who somebody is or what they said (S29)', () => {
      const log = stage.logged.join('\n')
      expect(log).toContain('/api/v1/contact/contacts/:id/messages')
      for (const said of [
        'Ferreira',
        'ana@example.org',
        '6 cm',
        'moved',
        'plinth',
        'engineer comes',
        'Bearer ',
      ]) {
        expect(log.includes(said)).toBe(false)
      }
    })

    step('nothing was parked on the way', async () => {
      const { body } = await stage.operator.get<{ readonly items: readonly unknown[] }>(
        '/api/v1/platform/dead-letters',
      )
      expect(body.items).toEqual([])
    })
  })
}
