import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where pictures for people to look at go; git does not keep them. */
const FOLDER = join(__dirname, '../../../pictures')

type Scheme = 'light' | 'dark'

/** From a narrow phone to a desk. Height in pixels is what such a screen has. */
const HEIGHTS: Readonly<Record<number, number>> = { 360: 740, 768: 1024, 1280: 800 }

/** Returns when fonts are there and nothing moves any more. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
      .map(({ finished }) => finished.catch(() => undefined))
    await Promise.all(ending)
    // Twice: what the first frame measured is drawn in the second.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
  })
}

/** Saves what the window shows as `pictures/<name>.<width>.<scheme>.png`; `whole` takes the page to its end. */
export async function picture(
  page: Page,
  name: string,
  { whole = false }: { readonly whole?: boolean } = {},
): Promise<void> {
  await still(page)
  const scheme = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const width = page.viewportSize()?.width ?? 0
  await mkdir(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}.${String(width)}.${scheme ? 'dark' : 'light'}.png`)
  await page.screenshot({ path, fullPage: whole, animations: 'disabled', caret: 'hide' })
}

/** The page as it stands fits into its window sideways; says what sticks out. */
export async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const { over, by } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const over = document.documentElement.scrollWidth - width
    if (over <= 0) return { over: 0, by: [] }
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    )
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${(element.textContent || '').trim().slice(0, 40)}”`
    return { over, by: wide.slice(0, 8).map(name) }
  })
  expect({ name, over, by }).toEqual({ name, over: 0, by: [] })
}

/**
 * Shows the page in every width and scheme, checks that none of them scrolls sideways, and takes the pictures. `check`
 * is asked in each. Leaves the page as it was.
 */
export async function everyLook(
  page: Page,
  name: string,
  {
    widths = [360, 768, 1280],
    schemes = ['light', 'dark'],
    whole = false,
    check = () => Promise.resolve(),
  }: {
    readonly widths?: readonly number[]
    readonly schemes?: readonly Scheme[]
    readonly whole?: boolean
    readonly check?: (name: string) => Promise<void>
  } = {},
): Promise<void> {
  const before = page.viewportSize()
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      const look = `${name} at ${String(width)} px, ${colorScheme}`
      await page.setViewportSize({ width, height: HEIGHTS[width] ?? 800 })
      await still(page)
      await expectNoSidewaysScroll(page, look)
      await picture(page, name, { whole })
      await check(look)
    }
  }
  // Back to what the context was made with.
  await page.emulateMedia({ colorScheme: null })
  if (before) await page.setViewportSize(before)
}
