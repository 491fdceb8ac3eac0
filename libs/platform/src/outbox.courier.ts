import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@throughline/kernel'
import { Courier } from '@throughline/ports'
import type { Dispatch } from '@throughline/ports'

/**
 * Where no mail or SMS provider is set up: words for people go to a file in the data folder, and to the terminal, so
 * that whoever tries the system can sign in. The file is readable by its owner alone; it holds what people were told.
 */
export class OutboxCourier extends Courier {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly show: (dispatch: Dispatch) => void,
  ) {
    super()
  }

  async send(dispatch: Dispatch): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const line = JSON.stringify({ at: this.clock.instant(), ...dispatch })
    await appendFile(join(this.folder, 'outbox.ndjson'), `${line}\n`, { mode: 0o600 })
    this.show(dispatch)
  }
}

/** Keeps what was sent, for tests to read. */
export class MemoryCourier extends Courier {
  readonly sent: Dispatch[] = []

  async send(dispatch: Dispatch): Promise<void> {
    await Promise.resolve()
    if (!this.sent.some(({ id }) => id === dispatch.id)) this.sent.push(dispatch)
  }
}
