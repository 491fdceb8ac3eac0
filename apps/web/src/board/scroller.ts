/** What is wider than a phone scrolls by itself; it takes focus, so that a keyboard can scroll it too. */
export const SCROLLER = { role: 'group', tabIndex: 0 } as const
