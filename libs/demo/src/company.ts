/**
 * Halden Home, a believable shop for household appliances: what it sells, who buys, who helps and what is known.
 * Reasons are modelled on the flows of ASAPP's Action-Based Conversations Dataset (MIT); everybody here is invented.
 */
export interface DemoReason {
  readonly code: string
  readonly label: string
  readonly details: readonly { readonly code: string; readonly label: string }[]
}

export const STAFF = [
  { name: 'Joel Lind', email: 'joel@halden.example', roles: ['agent'], skills: ['chat', 'voice', 'message'] },
  { name: 'Mira Okafor', email: 'mira@halden.example', roles: ['agent'], skills: ['chat', 'message'] },
  { name: 'Rui Tavares', email: 'rui@halden.example', roles: ['agent'], skills: ['voice', 'message'] },
  { name: 'Helena Sá', email: 'helena@halden.example', roles: ['supervisor', 'knowledge-owner'], skills: [] },
  { name: 'Ivo Brandt', email: 'ivo@halden.example', roles: ['analyst'], skills: [] },
] as const

export const SEGMENTS = ['household', 'premium', 'business'] as const

export const CUSTOMERS = [
  { name: 'Ana Ferreira', email: 'ana@example.org', segment: 'household' },
  { name: 'Tomás Bragança', email: 'tomas@example.org', segment: 'household' },
  { name: 'Marta Nowak', email: 'marta@example.org', segment: 'premium' },
  { name: 'Yusuf Demir', email: 'yusuf@example.org', segment: 'household' },
  { name: 'Ingrid Solberg', email: 'ingrid@example.org', segment: 'household' },
  { name: 'Chen Wei', email: 'chen@example.org', segment: 'business' },
  { name: 'Leonor Pinto', email: 'leonor@example.org', segment: 'premium' },
  { name: 'Oskar Virtanen', email: 'oskar@example.org', segment: 'household' },
  { name: 'Fatima El Amrani', email: 'fatima@example.org', segment: 'household' },
  { name: 'Duarte Reis', email: 'duarte@example.org', segment: 'household' },
  { name: 'Nadia Petrova', email: 'nadia@example.org', segment: 'household' },
  { name: 'Sam Okoye', email: 'sam@example.org', segment: 'business' },
] as const

export const PRODUCTS = [
  { product: 'Bris 45', title: 'Bris 45 slimline dishwasher', price: '489.00' },
  { product: 'Sval 300', title: 'Sval 300 fridge-freezer', price: '649.00' },
  { product: 'Varm 60', title: 'Varm 60 oven', price: '579.00' },
  { product: 'Skum 8', title: 'Skum 8 washing machine', price: '539.00' },
  { product: 'Flamma 4', title: 'Flamma 4 induction hob', price: '742.00' },
] as const

const detail = (code: string, label: string) => ({ code, label })

export const REASONS: readonly { readonly kind: string; readonly reasons: readonly DemoReason[] }[] = [
  {
    kind: 'purchase',
    reasons: [
      {
        code: 'not-working',
        label: 'It isn’t working',
        details: [
          detail('water-stays', 'Water stays in the bottom'),
          detail('wont-start', 'It won’t start'),
          detail('noise', 'It makes a noise'),
          detail('error-code', 'It shows a code'),
        ],
      },
      { code: 'water-leak', label: 'Water is leaking', details: [] },
      {
        code: 'delivery',
        label: 'Delivery',
        details: [detail('late', 'It is late'), detail('damaged', 'It came damaged')],
      },
      { code: 'how-to', label: 'How do I use it?', details: [] },
      { code: 'return', label: 'Return or exchange', details: [] },
      { code: 'bill', label: 'A question about the bill', details: [] },
      { code: 'parts', label: 'Spare parts', details: [] },
    ],
  },
  {
    kind: 'quote',
    reasons: [
      { code: 'price', label: 'What is in the price?', details: [] },
      { code: 'fitting', label: 'Fitting', details: [] },
      { code: 'accept', label: 'I want to accept it', details: [] },
    ],
  },
  {
    kind: 'booking',
    reasons: [
      { code: 'move-visit', label: 'Move the visit', details: [] },
      { code: 'cancel-visit', label: 'Cancel the visit', details: [] },
      { code: 'who-comes', label: 'Who comes, and when?', details: [] },
    ],
  },
  {
    kind: 'enquiry',
    reasons: [
      { code: 'fits', label: 'Does it fit my worktop?', details: [] },
      { code: 'fitting', label: 'What does fitting include?', details: [] },
      { code: 'delivery', label: 'Delivery', details: [] },
      { code: 'compare', label: 'Compare with another', details: [] },
      { code: 'answer', label: 'My question', details: [] },
    ],
  },
  {
    kind: 'marketing',
    reasons: [
      { code: 'offer-terms', label: 'What does the offer mean?', details: [] },
      { code: 'no-more', label: 'I don’t want these', details: [] },
    ],
  },
  {
    kind: 'correspondence',
    reasons: [{ code: 'unclear-letter', label: 'I don’t understand it', details: [] }],
  },
]

interface DemoArticle {
  readonly kind: 'guide' | 'faq' | 'community'
  readonly title: string
  readonly summary: string
  readonly body: string
  readonly things: readonly string[]
  readonly reasons: readonly string[]
  readonly products?: readonly string[]
  /** How often a reader says it helped, of 1. */
  readonly helps: number
}

export const ARTICLES: readonly DemoArticle[] = [
  {
    kind: 'guide',
    title: 'Clean the filter when water stays',
    summary: 'Five minutes, no tools. Most dishwashers drain again afterwards.',
    body: '## Before you begin\nSwitch the machine off.\n\n1. Take the lower basket out.\n2. Turn the filter to the left and lift it.\n3. Rinse it under warm water.\n4. Put it back until it **clicks**.\n\nStill full? The pump may be blocked: [contact us](/need-help).',
    things: ['purchase'],
    reasons: ['water-stays', 'not-working'],
    products: ['Bris 45'],
    helps: 0.35,
  },
  {
    kind: 'guide',
    title: 'Clear the filter and the drain hose',
    summary: 'Ten minutes, a bowl and a cloth. For water that stays in the base.',
    body: '## Before you begin\nSwitch the machine off at the wall and put a cloth in front of it.\n\n1. Take the lower basket out and scoop the water into a bowl.\n2. Turn the filter to the left, lift it and rinse it under warm water.\n3. Feel in the well below for glass or seeds and take them out.\n4. Follow the grey drain hose to where it meets the pipe under the sink.\n5. Straighten every bend; no part of it may lie lower than the base of the machine.\n6. Loosen the clip, let the hose run empty into the bowl and fasten it again.\n7. Put the filter back until it **clicks** and start *Rinse*.\n\n## If water still stays\nThe pump may not draw any more. [Contact us](/need-help): we see that you have tried this.',
    things: ['purchase'],
    reasons: ['water-stays'],
    products: ['Bris 45'],
    helps: 0.45,
  },
  {
    kind: 'faq',
    title: 'Why does it stop in the middle of a programme?',
    summary: 'Door, tap, drain: the three usual causes.',
    body: 'It stops when the door opens by a finger’s width, when the tap is shut, or when water cannot leave.',
    things: ['purchase'],
    reasons: ['not-working', 'wont-start', 'water-stays'],
    helps: 0.5,
  },
  {
    kind: 'community',
    title: 'Bris 45 after moving house: check the hose',
    summary: 'The drain hose bends easily behind the cabinet.',
    body: 'Mine stood full after we moved it. The hose had a kink behind the plinth; straightened, done.',
    things: ['purchase'],
    reasons: ['water-stays'],
    products: ['Bris 45'],
    helps: 0.6,
  },
  {
    kind: 'guide',
    title: 'First wash: salt, rinse aid, programme',
    summary: 'What to fill in and what to press.',
    body: 'Fill salt once, rinse aid to the line, choose *Eco* for everyday loads.',
    things: ['purchase'],
    reasons: ['how-to'],
    helps: 0.8,
  },
  {
    kind: 'faq',
    title: 'When does my delivery come?',
    summary: 'You get a two-hour window the evening before.',
    body: 'The window comes by message at about 18:00 the evening before. The driver rings 30 minutes ahead.',
    things: ['purchase', 'booking'],
    reasons: ['delivery', 'late', 'who-comes'],
    helps: 0.7,
  },
  {
    kind: 'guide',
    title: 'What our fitters do, step by step',
    summary: 'From the old hob out to the new one tried, in about an hour.',
    body: '1. They cover the floor and disconnect the old hob.\n2. They measure the opening; up to **56 cm** needs no cutting.\n3. They set the new hob, seal it and connect it.\n4. They try every zone with you.\n\nThe old hob goes with them, at no cost.',
    things: ['enquiry', 'quote'],
    reasons: ['fitting', 'fits'],
    helps: 0.7,
  },
  {
    kind: 'community',
    title: 'Do they take the old hob away?',
    summary: 'Yes, when the new one is fitted.',
    body: 'They took ours, and the packaging as well. Say so when you order, then they bring the bigger van.',
    things: ['enquiry', 'quote'],
    reasons: ['fitting', 'delivery'],
    helps: 0.6,
  },
  {
    kind: 'faq',
    title: 'What a quote includes',
    summary: 'Appliance, delivery, fitting, taking the old one away.',
    body: 'Every quote names what is in it. Cutting the worktop is extra where the opening is too small.',
    things: ['quote'],
    reasons: ['price', 'fitting'],
    helps: 0.65,
  },
  {
    kind: 'guide',
    title: 'Read your bill',
    summary: 'Deposit, instalments and the care plan, line by line.',
    body: 'The deposit is shown first and is not charged again. The care plan is a line of its own.',
    things: ['purchase'],
    reasons: ['bill'],
    helps: 0.4,
  },
  {
    kind: 'guide',
    title: 'Move or cancel a visit',
    summary: 'Free of charge until noon the day before.',
    body: 'Choose another window under *My Stuff*, or ask us: we see what is free.',
    things: ['booking'],
    reasons: ['move-visit', 'cancel-visit'],
    helps: 0.75,
  },
]

/** Which channels are offered, to whom and when, in the shape routing checks. */
export const POLICY = {
  policy: 'care',
  timezone: 'Europe/Lisbon',
  order: ['chat', 'phone', 'callback', 'message'],
  urgency: [
    { id: 'U1', when: { reason: ['water-leak'] }, is: 'critical' },
    { id: 'U2', when: { thing: 'booking', startsWithin: '24h' }, is: 'high' },
    { id: 'U3', when: { reason: ['no-more'] }, is: 'trivial' },
  ],
  value: [{ id: 'V1', when: { segment: ['premium'] }, is: 'high' }],
  channels: {
    chat: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }, { value: 'high' }],
      hours: 'always',
      queue: 'care',
      need: ['chat'],
      waitLimit: { upper: '10m', back: '6m' },
    },
    phone: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }, { value: 'high' }],
      hours: 'days',
      queue: 'care',
      need: ['voice'],
      waitLimit: { upper: '30m', back: '20m' },
    },
    callback: {
      pace: 'soon',
      active: true,
      from: [{ urgency: 'normal' }],
      hours: 'callers',
      queue: 'care',
      need: ['voice'],
      within: '2h',
    },
    message: {
      pace: 'slow',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'care',
      need: ['message'],
      within: '18h',
    },
  },
  answerWithin: {
    critical: '30s',
    high: '90s',
    normal: '180s',
    trivial: '300s',
    less: { 'value.high': '60s' },
  },
  guarantee: {
    when: [{ urgency: 'high' }, { value: 'high' }],
    pace: 'immediate',
    channels: ['phone', 'chat'],
    else: ['callback'],
  },
  segments: {},
  hours: {
    days: '08:00-20:00',
    callers: {
      'mon-fri': '09:00-18:00',
      sat: '09:00-13:00',
      except: { '2026-12-25': 'closed', '2027-01-01': 'closed' },
    },
    always: '00:00-24:00',
  },
  escalation: [
    { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent', 'dropped'], keeps: 'due' },
    { from: 'message', to: ['chat', 'phone'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'phone', to: ['phone'], by: ['transfer'], keeps: 'due' },
    { from: 'phone', to: ['chat', 'callback'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'chat', to: ['chat'], by: ['transfer'], keeps: 'due' },
  ],
} as const

/** What lies behind a contact, as the person who helped writes it down. */
export const CAUSES: Readonly<
  Record<string, { readonly code: string; readonly words: string; readonly department: string }>
> = {
  'not-working': { code: 'pump-blocked', words: 'The pump was blocked.', department: 'product' },
  'water-leak': {
    code: 'hose-loose',
    words: 'The hose was not fastened at fitting.',
    department: 'installation',
  },
  delivery: { code: 'window-missed', words: 'The delivery window was missed.', department: 'logistics' },
  'how-to': { code: 'manual-unclear', words: 'The manual does not show it.', department: 'documentation' },
  return: { code: 'wrong-size', words: 'The page gave the width without the door.', department: 'web' },
  bill: {
    code: 'bill-unclear',
    words: 'The deposit looks as if it was charged twice.',
    department: 'billing',
  },
  parts: { code: 'part-hard-to-find', words: 'The part is not in the web shop.', department: 'web' },
}
