import { createHash, generateKeyPairSync, KeyObject, sign, verify } from 'node:crypto'
import type { webcrypto } from 'node:crypto'

type CryptoKey = webcrypto.CryptoKey
type Data = ArrayBuffer | ArrayBufferView

/**
 * Signs, verifies and digests at once instead of in the thread pool, whose order of completion no seed decides. Ed25519
 * and SHA-256 are all that tokens need. Returns the way back.
 */
export function withoutThreads(): () => void {
  const { subtle } = globalThis.crypto
  const { keyOf, forget } = privateKeys()
  const instead = {
    sign: (_algorithm: unknown, key: CryptoKey, data: Data) =>
      Promise.resolve(exactly(sign(null, bytes(data), keyOf(key)))),
    verify: (_algorithm: unknown, key: CryptoKey, signature: Data, data: Data) =>
      Promise.resolve(verify(null, bytes(data), keyOf(key), bytes(signature))),
    digest: (_algorithm: unknown, data: Data) =>
      Promise.resolve(exactly(createHash('sha256').update(bytes(data)).digest())),
  }
  for (const [name, value] of Object.entries(instead))
    Object.defineProperty(subtle, name, { value, configurable: true, writable: true })
  return () => {
    for (const name of Object.keys(instead)) Reflect.deleteProperty(subtle, name)
    forget()
  }
}

/** Keys that may not be taken out of WebCrypto again are remembered when they go in. */
function privateKeys(): { readonly keyOf: (key: CryptoKey) => KeyObject; readonly forget: () => void } {
  const known = new WeakMap<CryptoKey, KeyObject>()
  let owner: object = generateKeyPairSync('ed25519').privateKey
  while (!Object.hasOwn(owner, 'toCryptoKey')) owner = Object.getPrototypeOf(owner) as object
  const kept = Object.getOwnPropertyDescriptor(owner, 'toCryptoKey') ?? {}
  const original = kept.value as (...parameters: unknown[]) => CryptoKey
  Object.defineProperty(owner, 'toCryptoKey', {
    ...kept,
    value(this: KeyObject, ...parameters: unknown[]): CryptoKey {
      const key = original.apply(this, parameters)
      known.set(key, this)
      return key
    },
  })
  return {
    keyOf: (key) => known.get(key) ?? KeyObject.from(key),
    forget: () => {
      Object.defineProperty(owner, 'toCryptoKey', kept)
    },
  }
}

function bytes(data: Data): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data)
}

function exactly(buffer: Buffer): ArrayBuffer {
  return Uint8Array.from(buffer).buffer
}
