/** A whole policy as plain data: the example of the docs and the specs. */
export const CARE_POLICY: Readonly<Record<string, unknown>> = {
  policy: 'care',
  timezone: 'Europe/Lisbon',
  order: ['chat', 'phone', 'callback', 'message', 'store', 'email', 'webform'],
  urgency: [
    { id: 'U1', when: { reason: ['no-heating', 'water-leak', 'card-stolen'] }, is: 'critical' },
    { id: 'U2', when: { thing: 'booking', startsWithin: '24h' }, is: 'high' },
  ],
  value: [{ id: 'V1', when: { segment: ['premium'] }, is: 'high' }],
  channels: {
    chat: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }, { value: 'high' }],
      hours: 'weekdays',
      queue: 'care',
      need: ['chat'],
      waitLimit: { upper: '5m', back: '3m' },
    },
    phone: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'high' }, { value: 'high' }],
      hours: 'always',
      queue: 'care',
      need: ['voice'],
      waitLimit: { upper: '8m', back: '5m' },
    },
    callback: {
      pace: 'soon',
      active: true,
      from: [{ urgency: 'normal' }],
      hours: 'weekdays',
      queue: 'care',
      need: ['voice'],
      within: '2h',
    },
    message: {
      pace: 'soon',
      active: true,
      from: [{}],
      hours: 'weekdays',
      queue: 'care',
      need: ['message'],
      waitLimit: { upper: '1h', back: '40m' },
    },
    store: {
      pace: 'soon',
      active: true,
      from: [{ urgency: 'normal' }],
      hours: 'shops',
      queue: 'shops',
      need: ['store'],
      within: '1bd',
    },
    webform: {
      pace: 'slow',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'mail',
      need: ['mail'],
      within: '2bd',
    },
    email: {
      pace: 'slow',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'mail',
      need: ['mail'],
      within: '1bd',
      backlogLimit: 400,
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
  segments: { 'public-sector': { answerWithin: { normal: '120s' }, channels: { store: { from: [{}] } } } },
  hours: {
    weekdays: { 'mon-fri': '08:00-20:00', except: { '2027-01-01': 'closed' } },
    shops: { 'mon-sat': '09:30-19:00' },
    always: '00:00-24:00',
  },
  escalation: [
    { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent', 'dropped'], keeps: 'due' },
    { from: 'email', to: ['message', 'phone'], by: ['agent', 'overdue'], less: '60s' },
    { from: 'phone', to: ['phone'], by: ['transfer'], keeps: 'due' },
  ],
}

/** A fresh copy; what stands at a path such as `channels.chat.hours` replaced by its value, or removed by undefined. */
export function careWith(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const data: unknown = structuredClone(CARE_POLICY)
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    let at = data
    for (const name of names) at = isMembers(at) ? at[name] : undefined
    if (!isMembers(at)) throw new Error(`no place ${path}`)
    if (value === undefined) Reflect.deleteProperty(at, last)
    else at[last] = value
  }
  return data
}

function isMembers(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null
}
