/**
 * Counts what a customer presses from Need Help until she has contacted us, so that the way to us can be measured and
 * held short (C58). Kept for this window alone; a reload goes on counting.
 */
const SLOT = 'throughline.presses'
const CONTROLS = 'a[href], button, input, summary, select, [role="option"]'

let counting = false

/** Begins to count where nobody counts yet. */
export function countPresses(): void {
  if (read() === undefined) write(0)
  if (counting) return
  counting = true
  // A press on a label comes again as a press on its field; only that one counts.
  document.addEventListener(
    'click',
    ({ target }) => {
      const before = read()
      if (before === undefined || !(target instanceof Element) || target.closest(CONTROLS) === null) return
      write(before + 1)
    },
    { capture: true },
  )
}

/** Presses so far, the present one included; undefined where help was not entered in this window. */
export function pressesSoFar(): number | undefined {
  return read()
}

/** Contact is made: what comes next is counted anew from Need Help. */
export function forgetPresses(): void {
  try {
    sessionStorage.removeItem(SLOT)
  } catch {
    // Nothing was kept then.
  }
}

function read(): number | undefined {
  try {
    const kept = sessionStorage.getItem(SLOT)
    return kept === null ? undefined : Number(kept)
  } catch {
    return undefined
  }
}

function write(presses: number): void {
  try {
    sessionStorage.setItem(SLOT, String(presses))
  } catch {
    // Without storage the contact is made without the figure.
  }
}
