import type { Doc } from './document'

/** Where somebody begins who has no policy yet: four channels, the usual hours, nobody urgent left without anybody. */
export const STARTING_POLICY: Doc = {
  policy: 'care',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  order: ['chat', 'phone', 'callback', 'message'],
  urgency: [{ id: 'U1', when: { thing: ['booking'], startsWithin: '24h' }, is: 'high' }],
  value: [],
  channels: {
    chat: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }],
      hours: 'always',
      queue: 'care',
      need: ['chat'],
      waitLimit: { upper: '10m', back: '6m' },
    },
    phone: {
      pace: 'immediate',
      active: true,
      from: [{ urgency: 'normal' }],
      hours: 'weekdays',
      queue: 'care',
      need: ['voice'],
      waitLimit: { upper: '15m', back: '10m' },
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
      pace: 'slow',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'care',
      need: ['message'],
      within: '18h',
    },
  },
  answerWithin: { critical: '30s', high: '90s', normal: '180s', trivial: '300s', less: {} },
  guarantee: {
    when: [{ urgency: 'high' }],
    pace: 'immediate',
    channels: ['phone', 'chat'],
    else: ['callback'],
  },
  hours: { weekdays: { 'mon-fri': '08:00-20:00' }, always: '00:00-24:00' },
  escalation: [
    { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'message', to: ['chat', 'phone'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'phone', to: ['phone'], by: ['transfer'], keeps: 'due' },
    { from: 'chat', to: ['chat'], by: ['transfer'], keeps: 'due' },
  ],
}
