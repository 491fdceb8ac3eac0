import type { Admin, Kafka } from 'kafkajs'
import { pause, within } from './client.js'

const DISCONNECT = 1_000

/** Questions to the broker over one connection, which is made when it is needed and made anew when a question failed. */
export class Asking {
  #admin: Promise<Admin> | undefined

  constructor(private readonly kafka: Kafka) {}

  async ask<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    const admin = (this.#admin ??= this.#connect())
    try {
      return await question(await admin)
    } catch (error) {
      if (this.#admin === admin) this.#admin = undefined
      void leave(admin)
      throw error
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin
    this.#admin = undefined
    if (admin) await leave(admin)
  }

  async #connect(): Promise<Admin> {
    const admin = this.kafka.admin()
    try {
      await admin.connect()
      return admin
    } catch (error) {
      void within(DISCONNECT, admin.disconnect())
      throw error
    }
  }
}

async function leave(connecting: Promise<Admin>): Promise<void> {
  const admin = await Promise.race([connecting.catch(() => undefined), pause(DISCONNECT)])
  if (admin) await within(DISCONNECT, admin.disconnect())
}
