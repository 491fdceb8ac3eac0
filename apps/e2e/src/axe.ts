import axe from 'axe-core'
import type { AxeResults, NodeResult } from 'axe-core'
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    axe?: typeof axe
  }
}

/** WCAG 2.2 up to AA, every rule of it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Nothing in the page as it stands breaks a rule of WCAG 2.2 AA that a machine can check; `name` says what is looked at. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  // What is asked through the debugger is not held to the page's content security policy; a script tag would be.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(async (values): Promise<Pick<AxeResults, 'violations'>> => {
    if (window.axe === undefined) throw new Error('axe is not in the page')
    return window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
  }, RULES)
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${name}: ${id} (${help})\n  at ${whereOf(node)}\n  ${summaryOf(node)}`),
  )
  expect(found).toEqual([])
}

function whereOf({ target, html }: NodeResult): string {
  return `${target.flat().join(' ')}   ${html.slice(0, 160)}`
}

function summaryOf({ failureSummary = '' }: NodeResult): string {
  return failureSummary.replaceAll(/\n\s*/g, '\n  ')
}
