import type { Browser, Page } from 'playwright-core'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { stepsOn } from './scenario.step.js'

/** What the scenario needs of a wiring: a system with its pages, where the demo's company is set up. */
export interface ScenarioStage extends Pick<PagesStage, 'url' | 'codeFor'> {
  /** Called when a step went wrong, to say what may explain it. */
  explain?(): void
  stop(): Promise<void>
}

/** What a browser writes down while its network is cut. */
const CUT = [/net::ERR_INTERNET_DISCONNECTED/, /net::ERR_/]

const WORDS = 'It began after the machine was moved on Wednesday.'

/**
 * Ana and Joel, each at a browser of their own, from the first sign-in to the last word of feedback, whatever the system
 * runs on. Each test goes on from the one before.
 */
export function scenario(name: string, open: () => Promise<ScenarioStage>): void {
  describe(name, () => {
    let stage: ScenarioStage
    let browser: Browser
    let ana: BrowserPerson
    let joel: BrowserPerson

    beforeAll(async () => {
      ;[stage, browser] = await Promise.all([open(), openBrowser()])
      ana = await newPerson(browser, { url: stage.url })
      joel = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    })

    afterAll(async () => {
      await browser.close()
      await stage.stop()
    })

    const step = stepsOn(() => stage)

    const log = (page: Page) => page.getByRole('log')

    async function write(page: Page, field: RegExp, text: string, send: string): Promise<void> {
      await page.getByRole('textbox', { name: field }).fill(text)
      await page.keyboard.press(send)
    }

    step('Joel signs in, and is ready with one choice', async () => {
      const { page } = joel
      await page.goto('/desk')
      await signIn(stage, page, 'joel@halden.example')
      await page.getByRole('button', { name: /^Off, change/ }).click()
      await page.getByRole('menuitem', { name: /^Ready/ }).click()
      await page.getByRole('heading', { name: 'Nobody is waiting' }).waitFor()
    })

    step(
      'Ana signs in with one code, and finds her dishwasher, a reason and a guide (C1, C2, C4, C7–C9)',
      async () => {
        const { page } = ana
        await page.goto('/')
        await signIn(stage, page, 'ana@example.org')
        await page.getByRole('heading', { name: 'Need Help', level: 1 }).waitFor()
        await page.getByRole('button', { name: /^Bris 45 slimline dishwasher/ }).click()
        await page.getByRole('link', { name: 'It isn’t working' }).click()
        await page.getByRole('heading', { name: 'Bris 45 slimline dishwasher', level: 1 }).waitFor()
        await page.getByRole('radio', { name: 'Water stays in the bottom' }).check()
        await page.getByRole('heading', { name: 'What helped others with this' }).waitFor()
        await page.getByRole('article').first().getByRole('button', { name: 'No' }).click()
        const known = page.getByRole('list', { name: 'You won’t have to repeat this' })
        for (const fact of [
          'You are Ana Ferreira',
          'Bris 45 slimline dishwasher',
          'Water stays in the bottom',
        ])
          await known.getByText(fact).waitFor()
      },
    )

    step(
      'she chooses chat among what is offered, and adds what nobody could know (C10–C12, C58)',
      async () => {
        const { page } = ana
        await page.getByRole('button', { name: 'Contact us', exact: true }).click()
        await page.getByRole('heading', { name: 'How would you like to reach us?' }).waitFor()
        await page
          .getByRole('region', { name: 'What we pass on' })
          .getByText('Water stays in the bottom')
          .waitFor()
        await page.getByLabel('Anything to add?').fill(WORDS)
        await page.getByRole('button', { name: 'Start chat' }).click()
        await log(page).getByText(WORDS).waitFor()
      },
    )

    step('Joel sees all of it before he answers, and answers with one key (C13–C15, C18)', async () => {
      const { page } = joel
      const offer = page.getByRole('region', { name: 'Chat offered' })
      for (const fact of ['Ana Ferreira', 'Bris 45 slimline dishwasher', 'Water stays in the bottom', WORDS])
        await offer.getByText(fact).first().waitFor()
      await offer.getByText('Guide did not help').waitFor()
      await page.keyboard.press('a')
      await page.getByRole('heading', { name: 'Ana Ferreira', level: 1 }).waitFor()
      await write(
        page,
        /^Reply to Ana/,
        'Hello Ana. I have read all of it. Is the hose bent?',
        'Control+Enter',
      )
      await ana.page.getByRole('heading', { level: 1, name: /^Joel/ }).waitFor()
      await log(ana.page).getByText('Is the hose bent?').waitFor()
    })

    step('a dropped network costs neither of them a word (C45)', async () => {
      const { page } = ana
      await ana.context.setOffline(true)
      await page.getByText('No connection. Keep writing, we send it as soon as it is back.').waitFor()
      await write(page, /^Write to Joel/, 'Yes, it is bent flat.', 'Enter')
      await log(page).getByText('Waiting to send').waitFor()
      await write(joel.page, /^Reply to Ana/, 'Take your time, I am here.', 'Control+Enter')
      await ana.context.setOffline(false)
      await log(page).getByText('Take your time, I am here.').waitFor()
      await log(joel.page).getByText('Yes, it is bent flat.').waitFor()
      await log(page).getByText('Waiting to send').waitFor({ state: 'detached' })
      expect(await log(joel.page).getByText('Yes, it is bent flat.').count()).toBe(1)
    })

    step('she goes on at her phone, where everything stands (C45, C69)', async () => {
      const phone = await newPerson(browser, {
        url: stage.url,
        viewport: { width: 390, height: 844 },
        touch: true,
        colorScheme: 'dark',
      })
      const { page } = phone
      await page.goto('/')
      await signIn(stage, page, 'ana@example.org')
      await page.getByRole('link', { name: /Joel/ }).first().click()
      for (const words of [WORDS, 'Is the hose bent?', 'Yes, it is bent flat.'])
        await log(page).getByText(words).first().waitFor()
      await page.getByRole('textbox', { name: /^Write to Joel/ }).fill('I write from my phone now.')
      await page.getByRole('button', { name: 'Send' }).click()
      await log(joel.page).getByText('I write from my phone now.').waitFor()
      await log(ana.page).getByText('I write from my phone now.').waitFor()
      await expectQuiet(phone)
      await phone.context.close()
    })

    step('Joel writes the summary, and it becomes her case (C20, C37, C59)', async () => {
      const { page } = joel
      await page.getByRole('textbox', { name: /^Reply to Ana/ }).press('Escape')
      await page.keyboard.press('w')
      const sheet = page.getByRole('region', { name: 'Wrap up' })
      await sheet.getByRole('radio', { name: 'Solved', exact: true }).check()
      await sheet
        .getByRole('textbox', { name: /^What happened, in words/ })
        .fill('The hose was bent. You straightened it and the water ran off.')
      await sheet.getByRole('combobox', { name: /^What really caused it/ }).click()
      await sheet.getByRole('option', { name: 'Not known yet' }).click()
      await sheet.getByRole('combobox', { name: /^Same issue/ }).selectOption('new')
      await page.keyboard.press('Control+Enter')
      await sheet.waitFor({ state: 'detached' })
      await log(ana.page).waitFor()
      await ana.page
        .getByText('The hose was bent. You straightened it and the water ran off.')
        .first()
        .waitFor()
    })

    step(
      'she says how it was with two taps, and changes her mind from the same place (C21, C24–C28)',
      async () => {
        const { page } = ana
        const outcome = page.getByRole('group', { name: 'How satisfied are you with the outcome?' })
        const feeling = page.getByRole('group', { name: 'How did you feel?' })
        await outcome.getByRole('radio', { name: 'Mostly' }).check()
        await feeling.getByRole('radio', { name: 'At ease' }).check()
        await page.getByText(/^Saved \d\d:\d\d\.$/).waitFor()
        await feeling.getByRole('radio', { name: 'Cared for' }).check()
        await page.getByText(/^Saved \d\d:\d\d\. Before: Mostly, At ease\.$/).waitFor()
        await page.goto('/')
        await page
          .getByRole('tab', { name: /^Cases/ })
          .or(page.getByRole('link', { name: /^Cases/ }))
          .first()
          .click()
        await page
          .getByText(/straightened|Water stays/)
          .first()
          .waitFor()
      },
    )

    step('neither of them met an error on the way', async () => {
      await expectQuiet(ana, { besides: CUT })
      await expectQuiet(joel)
    })
  })
}
