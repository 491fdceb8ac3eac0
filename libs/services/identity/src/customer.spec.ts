import { fold } from '@throughline/kernel'
import { correctCustomer, customers, recordCustomer, registerCustomer } from './customer.js'
import type { CustomerState } from './customer.js'

const customerId = 'ana'
const told = { customerId, name: 'Ana Ruiz', email: 'ana@example.com', externalId: 'shop:1' }
const none: CustomerState = { status: 'none' }
const known = fold(customers, registerCustomer(told)(none))

describe('a customer', () => {
  it('is registered once', () => {
    expect(known).toEqual({
      status: 'registered',
      customerId,
      details: { name: 'Ana Ruiz', email: 'ana@example.com', externalId: 'shop:1' },
      tookIn: [],
    })
    expect(registerCustomer({ customerId, name: 'Other' })(known)).toEqual([])
  })

  it('is set right in what differs and nothing else', () => {
    const correction = { name: 'Ana Ruiz', segment: 'business' }
    expect(correctCustomer({ customerId, correction })(known)).toEqual([
      { type: 'throughline.CustomerDetailsCorrected.v1', data: { customerId, segment: 'business' } },
    ])
  })

  it('set right twice is set right once', () => {
    expect(correctCustomer({ customerId, correction: { name: 'Ana Ruiz' } })(known)).toEqual([])
  })

  it('nobody knows cannot be set right', () => {
    expect(() => correctCustomer({ customerId, correction: { name: 'Ana' } })(none)).toThrow(
      'no such customer',
    )
  })

  it('told by a back-end system is registered first and set right later', () => {
    expect(recordCustomer(told)(none).map(({ type }) => type)).toEqual(['throughline.CustomerRegistered.v1'])
    expect(recordCustomer(told)(known)).toEqual([])
    expect(recordCustomer({ ...told, phone: '+49301234567' })(known)).toEqual([
      { type: 'throughline.CustomerDetailsCorrected.v1', data: { customerId, phone: '+49301234567' } },
    ])
  })
})
