import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Secrets } from '@throughline/ports'

/** Secrets as files of the data folder, readable by their owner alone. */
export class FileSecrets extends Secrets {
  readonly #kept = new Map<string, Promise<string>>()

  constructor(private readonly folder: string) {
    super()
  }

  keep(name: string, create: () => Promise<string>): Promise<string> {
    const kept = this.#kept.get(name) ?? this.#readOrMake(name, create)
    this.#kept.set(name, kept)
    return kept
  }

  async #readOrMake(name: string, create: () => Promise<string>): Promise<string> {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new Error(`no secret can be called ${name}`)
    const path = join(this.folder, name)
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const secret = await create()
    // Written whole and synced before it gets its name: a secret half written would lock everybody out.
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(secret)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
    return secret
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
}

/** Secrets that end with the process. */
export class MemorySecrets extends Secrets {
  readonly #kept = new Map<string, Promise<string>>()

  keep(name: string, create: () => Promise<string>): Promise<string> {
    const kept = this.#kept.get(name) ?? create()
    this.#kept.set(name, kept)
    return kept
  }
}
