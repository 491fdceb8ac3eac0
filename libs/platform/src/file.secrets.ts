import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Secrets } from '@throughline/ports'

/** Secrets as files of a folder, readable by their owner alone. Processes that share the folder share the secrets. */
export class FileSecrets extends Secrets {
  readonly #kept = new Map<string, Promise<string>>()

  constructor(private readonly folder: string) {
    super()
  }

  keep(name: string, create: () => Promise<string>): Promise<string> {
    const known = this.#kept.get(name)
    if (known !== undefined) return known
    const kept = this.#readOrMake(name, create)
    this.#kept.set(name, kept)
    // A failure must not be remembered: the next caller asks again.
    kept.catch(() => this.#kept.delete(name))
    return kept
  }

  async #readOrMake(name: string, create: () => Promise<string>): Promise<string> {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new Error(`no secret can be called ${name}`)
    const path = join(this.folder, name)
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error
    }
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const secret = await create()
    // Written whole and synced before it gets its name: a secret half written would lock everybody out.
    const own = `${path}.${randomUUID()}.new`
    const file = await open(own, 'wx', 0o600)
    try {
      await file.writeFile(secret)
      await file.sync()
    } finally {
      await file.close()
    }
    try {
      // Given its name only if nobody has it yet: of two processes that make one at once, both use the first.
      await link(own, path)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      return await readFile(path, 'utf8')
    } finally {
      await rm(own, { force: true })
    }
    return secret
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
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
