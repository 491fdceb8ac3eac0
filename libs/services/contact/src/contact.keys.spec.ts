import { Randomness } from '@throughline/kernel'
import { Secrets } from '@throughline/ports'
import { ContactKeys } from './contact.keys.js'
import { readSpokenCode } from './spoken-code.js'

class Kept extends Secrets {
  readonly #kept = new Map<string, string>()
  async keep(name: string, create: () => Promise<string>): Promise<string> {
    const kept = this.#kept.get(name) ?? (await create())
    this.#kept.set(name, kept)
    return kept
  }
}

class Counting extends Randomness {
  #next = 0
  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next++ % 256)
  }
  below(bound: number): number {
    return this.#next++ % bound
  }
}

describe('the keys of contacts', () => {
  it('make the same code for the same request, and another for another', async () => {
    const keys = new ContactKeys(new Kept(), new Counting())
    const code = await keys.codeFor('ana/1')
    expect(readSpokenCode(code)).toEqual({ is: 'code', code })
    expect(await keys.codeFor('ana/1')).toBe(code)
    const codes = await Promise.all(Array.from({ length: 1_000 }, (_, n) => keys.codeFor(`ana/${String(n)}`)))
    expect(new Set(codes).size).toBe(1_000)
  })

  it('make digests that nobody can find without them', async () => {
    const [one, other] = [
      new ContactKeys(new Kept(), new Counting()),
      new ContactKeys(new Kept(), new Counting()),
    ]
    expect(await one.digestOfCode('K7M29QXD')).toMatch(/^[0-9a-f]{64}$/)
    // The other server drew its keys in another order, so its key of this name is another.
    await other.veil('127.0.0.1')
    expect(await other.digestOfCode('K7M29QXD')).not.toBe(await one.digestOfCode('K7M29QXD'))
    expect(await one.veil('127.0.0.1')).not.toContain('127')
  })
})
