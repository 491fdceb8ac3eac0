import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { TokenKeys } from '@throughline/ports'
import { TokenReader } from './tokens.js'
import { ManualClock } from './virtual-time.js'

const MINUTES = 60_000

class Published extends TokenKeys {
  keys: readonly Readonly<Record<string, unknown>>[] = []
  asked = 0
  async jwks() {
    await Promise.resolve()
    this.asked++
    return { keys: this.keys }
  }
}

async function issuer() {
  const clock = new ManualClock()
  const published = new Published()
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  const other = await generateKeyPair('EdDSA', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'EdDSA' }
  published.keys = [jwk]
  const now = Math.floor(clock.now() / 1_000)
  const token = (key = pair.privateKey) =>
    new SignJWT({ roles: ['customer'], sid: 's', aal: 'code' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'one' })
      .setSubject('customer:ann')
      .setIssuer('throughline')
      .setAudience('throughline')
      .setIssuedAt(now)
      .setExpirationTime(now + 900)
      .sign(key)
  const forged = `Bearer ${await token(other.privateKey)}`
  return {
    clock,
    published,
    reader: new TokenReader(() => published, clock),
    good: `Bearer ${await token()}`,
    forged,
  }
}

describe('a token that was read before', () => {
  it('is the same caller without another look at its signature', async () => {
    const { reader, good } = await issuer()
    const first = await reader.read(good)
    expect(first).toMatchObject({ actor: 'customer:ann', session: 's', roles: ['customer'] })
    expect(reader.read(good)).toBe(first)
  })

  it('holds no longer than its time, to the second, and not before it either', async () => {
    const { reader, clock, good } = await issuer()
    await reader.read(good)
    clock.move(15 * MINUTES + 4_000)
    expect(await reader.read(good)).toMatchObject({ actor: 'customer:ann' })
    clock.move(1_000)
    await expect(reader.read(good)).rejects.toMatchObject({ code: 'access.token' })
    clock.move(-16 * MINUTES)
    await expect(reader.read(good)).rejects.toMatchObject({ code: 'access.token' })
  })

  it('says nothing for another with one letter changed', async () => {
    const { reader, good, forged } = await issuer()
    await reader.read(good)
    await expect(reader.read(forged)).rejects.toMatchObject({ code: 'access.token' })
    await expect(reader.read(forged)).rejects.toMatchObject({ code: 'access.token' })
    await expect(reader.read(`${good}x`)).rejects.toMatchObject({ code: 'access.token' })
  })

  it('goes with the key it was signed by', async () => {
    const { reader, published, good, forged } = await issuer()
    await reader.read(good)
    published.keys = []
    // Whatever does not hold makes the keys be read again.
    await expect(reader.read(forged)).rejects.toMatchObject({ code: 'access.token' })
    await expect(reader.read(forged)).rejects.toMatchObject({ code: 'access.token' })
    await expect(reader.read(good)).rejects.toMatchObject({ code: 'access.token' })
  })
})
