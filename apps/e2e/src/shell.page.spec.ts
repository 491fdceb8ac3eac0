import type { Browser } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import { knownHere, openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

describe('the pages as they are served', () => {
  let stage: PagesStage
  let browser: Browser
  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  it('begin under a policy that lets nothing in but what is ours (S14)', async () => {
    const answer = await fetch(`${stage.url}/`, { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(200)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toContain('unsafe')
  })

  it.each(['/', '/desk'])(
    'at %s show themselves to everybody, on a phone and on a desk, in light and dark, without an error (S14)',
    async (path) => {
      const person = await newPerson(browser, { url: stage.url })
      await person.page.goto(path)
      await person.page.getByRole('heading').first().waitFor()
      await everyLook(person.page, `shell-${path === '/' ? 'help' : 'desk'}`, {
        widths: [360, 1280],
        check: (look) => expectAccessible(person.page, look),
      })
      await expectQuiet(person)
      await person.context.close()
    },
  )

  it('are light: whoever signs in, and whoever comes back to Need Help, loads under 150 kB of scripts', async () => {
    const person = await newPerson(browser, { url: stage.url })
    const { page } = person
    const loaded = (): Promise<number> =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter((entry) => entry instanceof PerformanceResourceTiming && entry.name.endsWith('.js'))
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
      )
    await page.goto('/')
    await page.getByLabel('E-mail or phone').waitFor()
    const signIn = await loaded()
    await knownHere(stage, person, 'tomas@example.org')
    await page.reload()
    await page.getByRole('heading', { name: 'Purchases' }).waitFor()
    const needHelp = await loaded()
    for (const bytes of [signIn, needHelp]) {
      expect(bytes).toBeGreaterThan(0)
      expect(bytes).toBeLessThan(150_000)
    }
    await person.context.close()
  })

  it('sign a customer and a member of staff in side by side in one browser, and know both when they come back (S19)', async () => {
    const person = await newPerson(browser, { url: stage.url })
    const { page } = person
    await page.goto('/')
    await signIn(stage, page, 'ana@example.org')
    await page.getByLabel('E-mail or phone').waitFor({ state: 'detached' })
    const desk = await person.window()
    await desk.goto('/desk')
    await signIn(stage, desk, 'joel@halden.example')
    await desk.getByLabel('E-mail or phone').waitFor({ state: 'detached' })
    for (const again of [page, desk]) {
      const refreshed = again.waitForResponse((answer) => answer.url().endsWith('/identity/sessions/refresh'))
      await again.reload()
      expect((await refreshed).status()).toBe(200)
    }
    // What keeps them signed in is out of reach of any script.
    const kept = await person.context.cookies(`${stage.url}/api/v1/identity/sessions`)
    expect(kept.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual(
      expect.arrayContaining([
        { name: 'throughline-customer', httpOnly: true, sameSite: 'Strict' },
        { name: 'throughline-staff', httpOnly: true, sameSite: 'Strict' },
      ]),
    )
    await expectQuiet(person)
    await person.context.close()
  })

  it('do not ask somebody to sign in again whose sign-in still holds (S19)', async () => {
    const person = await newPerson(browser, { url: stage.url })
    await knownHere(stage, person, 'ana@example.org')
    const refreshed = person.page.waitForResponse((answer) =>
      answer.url().endsWith('/identity/sessions/refresh'),
    )
    await person.page.goto('/')
    expect((await refreshed).status()).toBe(200)
    await person.page.getByText('Ana Ferreira').first().waitFor()
    expect(await person.page.getByLabel('E-mail or phone').count()).toBe(0)
    await expectQuiet(person)
    await person.context.close()
  })
})
