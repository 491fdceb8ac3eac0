import { operatorOf } from '@throughline/client'
import { fill } from '@throughline/demo'
import type { DemoPerson } from '@throughline/demo'
import { ManualClock, ManualTimers, MemoryCourier, start, WrongSetting } from '@throughline/platform'
import type { Settings } from '@throughline/platform'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { services } from './services.js'

const FORTNIGHT = 15 * 86_400_000
const PEOPLE = 'demo.json'
const FILLING = '.filling'

/** Folders that an earlier version filled know no names. */
type KeptPerson = Omit<DemoPerson, 'name'> & Partial<DemoPerson>

/**
 * Fills an empty data folder with two weeks of a company's life, lived in a time of its own, so that what was known when is
 * as it would be. Built beside and moved into place: broken off, it leaves nothing. Returns who can sign in.
 */
export async function fillDemo(settings: Settings): Promise<readonly DemoPerson[]> {
  if (existsSync(join(settings.data, PEOPLE))) {
    const people = JSON.parse(await readFile(join(settings.data, PEOPLE), 'utf8')) as readonly KeptPerson[]
    return people.map(({ email, name = email, is }) => ({ email, name, is }))
  }
  if (settings.store !== 'sqlite')
    throw new WrongSetting(`THROUGHLINE_STORE: --demo fills a data folder, and this is ${settings.store}`)
  if (existsSync(settings.data) && (await readdir(settings.data)).some((name) => name !== FILLING)) {
    throw new Error(
      `--demo fills an empty store and ${settings.data} is not empty; start without it, or name another folder`,
    )
  }
  // Inside, so that it is on the same device when the folder is a mount.
  const folder = join(settings.data, FILLING)
  await rm(folder, { recursive: true, force: true })
  process.stdout.write('Playing two weeks of Halden Home (half a minute) …\n')
  // Begins at eight in the morning, two weeks and a day ago.
  const clock = new ManualClock(
    Math.floor((Date.now() - FORTNIGHT) / 86_400_000) * 86_400_000 + 8 * 3_600_000,
  )
  const timers = new ManualTimers()
  const courier = new MemoryCourier()
  const host = await start({
    services,
    settings: { ...settings, data: folder, port: 0, rate: 10_000_000 },
    clock,
    timers,
    courier,
  })
  const settle = (): Promise<void> => host.readers.settle(() => timers.sleep())
  try {
    const people = await fill({
      url: host.url,
      operator: await operatorOf(folder, host.url),
      mailbox: (address) =>
        /\d{7}/.exec(
          courier.sent.findLast(({ to }) => to.address === address)?.text.replaceAll(' ', '') ?? '',
        )?.[0],
      now: () => clock.now(),
      pass: async (milliseconds) => {
        clock.move(milliseconds)
        await timers.run()
        await settle()
      },
      settle,
    })
    await host.stop()
    await writeFile(join(folder, PEOPLE), JSON.stringify(people))
    // Moved in one by one, for the folder itself may be a mount; the list of people comes last and says that all is there.
    const names = await readdir(folder)
    for (const name of [...names.filter((each) => each !== PEOPLE), PEOPLE]) {
      await rename(join(folder, name), join(settings.data, name))
    }
    await rm(folder, { recursive: true, force: true })
    return people
  } catch (error) {
    await host.stop()
    throw error
  }
}
