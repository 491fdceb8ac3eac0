import { ViewStore } from '@throughline/ports'
import type { Change, KeptRow, Page, PageRequest } from '@throughline/ports'
import type { Disk } from './disk.js'
import type { Life } from './life.js'

/** A process's way to the views on a disk. */
export class SimulatedViews extends ViewStore {
  constructor(
    private readonly disk: Disk,
    private readonly life: Life,
  ) {
    super()
  }

  async position(view: string): Promise<number> {
    await this.life.alive()
    return this.disk.views.position(view)
  }

  async write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    await this.life.pass('write')
    await this.disk.views.write(view, from, to, changes)
    await this.life.pass('reply')
  }

  async get(view: string, key: string): Promise<unknown> {
    await this.life.pass('read')
    return this.disk.views.get(view, key)
  }

  async page(
    view: string,
    list: string,
    request: PageRequest = {},
  ): Promise<Page<{ key: string; row: unknown; sort: string }>> {
    await this.life.pass('read')
    return this.disk.views.page(view, list, request)
  }

  async count(view: string, list: string): Promise<number> {
    await this.life.pass('read')
    return this.disk.views.count(view, list)
  }

  async scan(view: string, request: Omit<PageRequest, 'descending'> = {}): Promise<Page<KeptRow>> {
    await this.life.pass('read')
    return this.disk.views.scan(view, request)
  }

  async drop(view: string): Promise<void> {
    await this.life.pass('write')
    await this.disk.views.drop(view)
  }

  async replace(view: string, by: string): Promise<void> {
    await this.life.pass('write')
    await this.disk.views.replace(view, by)
  }

  forWriter(): ViewStore {
    return this
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }
}
