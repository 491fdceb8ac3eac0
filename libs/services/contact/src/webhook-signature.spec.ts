import { toInstant } from '@throughline/kernel'

import { Forged, type Headers, type RawDelivery } from './channel-adapter.js'
import { signWebhook, verifyWebhook, type WebhookKeys } from './webhook-signature.js'

const at = 1_614_265_330_000
const body = Buffer.from('{"test": 2432232314}')
const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
const keys: WebhookKeys = [key]
const raw = (headers: Headers): RawDelivery => ({ body, headers, url: '', peer: '', at: toInstant(at) })
const signed = signWebhook('msg_p5jXN8AQM9LWM0D4loKWxJek', at, body, keys)
const [right = ''] = signed['webhook-signature'] ?? []

describe('a signed webhook', () => {
  it('has the signature that the Standard Webhooks test vector has', () => {
    expect(signed).toEqual({
      'webhook-id': ['msg_p5jXN8AQM9LWM0D4loKWxJek'],
      'webhook-timestamp': ['1614265330'],
      'webhook-signature': ['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    })
    expect(verifyWebhook(raw(signed), keys)).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  it('is taken under either key while keys are changed, and with other signatures beside', () => {
    const two = raw({ ...signed, 'webhook-signature': [`v1a,AAAA v1,AAAA ${right}`] })
    expect(verifyWebhook(two, [Buffer.alloc(32), key])).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  it('H09: is forged with anything missing, twice, under another version or spelled another way', () => {
    const wrong: readonly Headers[] = [
      {},
      { ...signed, 'webhook-id': [] },
      { ...signed, 'webhook-id': ['a', 'a'] },
      { ...signed, 'webhook-timestamp': ['1614265330.0'] },
      { ...signed, 'webhook-timestamp': ['now'] },
      { ...signed, 'webhook-signature': [] },
      { ...signed, 'webhook-signature': [right, right] },
      { ...signed, 'webhook-signature': [right.replace('v1,', 'v2,')] },
      { ...signed, 'webhook-signature': [right.replace('=', '')] },
      {
        ...signed,
        'webhook-signature': [`${Array.from({ length: 8 }, () => 'v1,AAAA').join(' ')} ${right}`],
      },
      signWebhook('one.1614265330', at, body, keys),
    ]
    for (const headers of wrong) expect(() => verifyWebhook(raw(headers), keys)).toThrow(Forged)
  })
})
