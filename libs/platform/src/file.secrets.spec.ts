import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileSecrets } from './file.secrets.js'

describe('secrets in a folder', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-secrets-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('are the same for processes that make them at once, and for every later one', async () => {
    let made = 0
    const processes = Array.from({ length: 20 }, () => new FileSecrets(join(folder, 'secrets')))
    const kept = await Promise.all(
      processes.map((secrets) =>
        secrets.keep('signing-key', () => Promise.resolve(`secret ${String(++made)}`)),
      ),
    )
    expect(made).toBeGreaterThan(1)
    expect(new Set(kept).size).toBe(1)
    const later = new FileSecrets(join(folder, 'secrets'))
    expect(await later.keep('signing-key', () => Promise.reject(new Error('made again')))).toBe(kept[0])
    expect(await readdir(join(folder, 'secrets'))).toEqual(['signing-key'])
    expect((await stat(join(folder, 'secrets', 'signing-key'))).mode & 0o777).toBe(0o600)
  })

  it('are asked for again where making one failed', async () => {
    const secrets = new FileSecrets(folder)
    await expect(secrets.keep('key', () => Promise.reject(new Error('no randomness')))).rejects.toThrow()
    expect(await secrets.keep('key', () => Promise.resolve('secret'))).toBe('secret')
  })
})
