import fc from 'fast-check'
import { askedAgain } from './guard'

const address = { name: 'delivery-address', label: 'Address', value: 'Rua das Flores 88, 4050 Porto' }
const email = { name: 'email', label: 'E-mail', value: 'ana@example.org' }
const phone = { name: 'phone', label: 'Phone', value: '+351 910 000 482' }
const order = { name: 'order-number', label: 'Order', value: 'HH-20418' }
const thing = { name: 'thing', label: 'Thing', value: 'Bris 45 slimline dishwasher' }
const reason = { name: 'reason', label: 'Reason', value: 'It isn’t working, water stays in the bottom' }
const says = { name: 'question', label: 'Says', value: '“It began on Wednesday.”' }
const tried = { name: 'tried', label: 'Tried', value: 'Clean the filter when water stays' }
const colour = { name: 'front-colour', label: 'Front colour', value: 'Sage' }
const all = [address, email, phone, order, thing, reason, says, tried, colour]

const found = (draft: string, facts = all) => askedAgain(draft, facts).map(({ fact }) => fact.name)

describe('the guard against asking twice (C16)', () => {
  it('finds the sentence that asks, and only that one', () => {
    const draft = 'Paulo will come on Tuesday between 8:00 and 12:00. Which address should he come to?'
    expect(askedAgain(draft, all)).toEqual([
      {
        fact: address,
        sentence: 'Which address should he come to?',
        from: draft.indexOf('Which'),
        to: draft.length,
      },
    ])
  })

  it.each([
    ['What is your address?', 'delivery-address'],
    ['Please send me your e-mail address.', 'email'],
    ['Could you give me your phone number', 'phone'],
    ['I need your order number to go on.', 'order-number'],
    ['Which model do you have?', 'thing'],
    ['Which dishwasher is it?', 'thing'],
    ['What is the problem?', 'reason'],
    ['How can I help you today?', 'reason'],
    ['Can you tell me what happened?', 'question'],
    ['What have you tried so far?', 'tried'],
    ['Have you cleaned the filter?', 'tried'],
    ['What is the front colour?', 'front-colour'],
    ['Qual é a sua morada?', 'delivery-address'],
    ['Pode dizer-me o seu número de telefone?', 'phone'],
    ['Indique o número da encomenda, por favor.', 'order-number'],
    ['Em que posso ajudar?', 'reason'],
    ['Já limpou o filtro?', undefined],
  ])('reads “%s”', (draft, name) => {
    expect(found(draft)).toEqual(name === undefined ? [] : [name])
  })

  it.each([
    'Which of these suits you?',
    'Does Tuesday morning suit you?',
    'Have you had a look at the hose?',
    'Your address is in our records.',
    'I will send it to your e-mail address.',
    'Should Paulo come to Rua das Flores 88, 4050 Porto?',
    'Is HH-20418 still your order number?',
    'Have you tried turning the tap off?',
    'When did the noise begin?',
  ])('lets “%s” pass', (draft) => {
    expect(found(draft)).toEqual([])
  })

  it('never fires for what is not known', () => {
    fc.assert(
      fc.property(
        fc.subarray(all),
        fc.constantFrom(...all.map(({ label }) => `What is your ${label}?`)),
        (facts, ask) => {
          for (const { fact } of askedAgain(ask, facts)) expect(facts).toContain(fact)
          expect(askedAgain(ask, [])).toEqual([])
        },
      ),
    )
  })

  it('never fires without a question, whatever is told', () => {
    const told = [
      'your address',
      'the order number',
      'your e-mail',
      'the model',
      'the problem',
      'o número',
      'a morada',
    ]
    const verbs = ['We have', 'I see', 'Thank you for', 'Paulo knows', 'Temos', 'Obrigado por']
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...verbs), fc.constantFrom(...told)), {
          minLength: 1,
          maxLength: 6,
        }),
        (parts) => {
          expect(found(parts.map(([verb, what]) => `${verb} ${what}.`).join(' '))).toEqual([])
        },
      ),
    )
  })

  it('names places that hold the sentence, in whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const draft = `${before}\nWhich address should he come to?\n${after}`
        for (const { sentence, from, to } of askedAgain(draft, [address]))
          expect(draft.slice(from, to)).toBe(sentence)
        expect(askedAgain(draft, [address]).map(({ sentence }) => sentence)).toContain(
          'Which address should he come to?',
        )
      }),
    )
  })
})
