/** As a `ref`: what opens by a press takes focus where somebody goes on. */
export function focusHere(element: HTMLElement | null): void {
  element?.focus()
}
