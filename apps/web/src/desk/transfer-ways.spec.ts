import { declaredOf, waysFrom } from './transfer-ways'

const POLICY = {
  channels: {
    chat: { queue: 'care', need: ['chat'] },
    phone: { queue: 'care', need: ['voice', { skill: 'gas', level: 2 }] },
  },
  escalation: [
    { from: 'chat', to: ['phone'], by: ['customer', 'agent'] },
    { from: 'chat', to: ['chat'], by: ['transfer'] },
  ],
}
const MIRA = { agentId: 'mira', name: 'Mira Okafor' }

describe('the ways on from a contact', () => {
  it('are those that the policy declares, and nothing else (C75)', () => {
    const declared = declaredOf(POLICY, 'chat')
    expect(declared).toEqual({ transfer: true, queue: 'care', skills: ['gas'] })
    const ways = waysFrom({
      channel: 'chat',
      connected: true,
      declared,
      colleagues: [MIRA],
      moves: ['chat', 'phone'],
    })
    expect(ways).toEqual([
      { is: 'queue', channel: 'chat' },
      { is: 'queue', channel: 'chat', skill: 'gas' },
      { is: 'colleague', ...MIRA },
      { is: 'move', channel: 'phone' },
      { is: 'supervisor' },
    ])
  })

  it('leave a supervisor to ask where nothing is declared (C75)', () => {
    const declared = declaredOf(POLICY, 'phone')
    expect(declared.transfer).toBe(false)
    expect(waysFrom({ channel: 'phone', connected: true, declared, colleagues: [MIRA], moves: [] })).toEqual([
      { is: 'supervisor' },
    ])
  })

  it('pass nobody on who is not spoken with', () => {
    const declared = declaredOf(POLICY, 'chat')
    expect(
      waysFrom({ channel: 'chat', connected: false, declared, colleagues: [], moves: ['phone'] }),
    ).toEqual([{ is: 'move', channel: 'phone' }, { is: 'supervisor' }])
  })

  it('are none of a document that says something else', () => {
    for (const policy of [
      undefined,
      null,
      7,
      'x',
      [],
      { escalation: 'all', channels: [] },
      { escalation: [7] },
    ]) {
      expect(declaredOf(policy, 'chat')).toEqual({ transfer: false, queue: undefined, skills: [] })
    }
  })
})
