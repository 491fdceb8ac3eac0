/** What a key does in the time machine. */
export type Move = 'next' | 'previous' | 'next-stage' | 'previous-stage' | 'first' | 'last' | 'play'

/** Where keys write or choose something else. */
const OWN_KEYS = 'input, textarea, select, [contenteditable], [role="tab"], [role="radio"]'
/** Where Space and Home already do something. */
const PRESSED = 'a, button, [data-scrolls]'

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'defaultPrevented'>

/** `inside`: whether the key was pressed within something that a selector finds. */
export function moveOf(event: Pressed, inside: (selector: string) => boolean): Move | undefined {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || inside(OWN_KEYS))
    return undefined
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      if (event.key === 'ArrowUp' && !inside('[role="slider"]')) return undefined
      return event.shiftKey ? 'next-stage' : 'next'
    case 'ArrowLeft':
    case 'ArrowDown':
      if (event.key === 'ArrowDown' && !inside('[role="slider"]')) return undefined
      return event.shiftKey ? 'previous-stage' : 'previous'
    case 'PageUp':
      return inside('[role="slider"]') ? 'next-stage' : undefined
    case 'PageDown':
      return inside('[role="slider"]') ? 'previous-stage' : undefined
    case 'Home':
      return inside(PRESSED) ? undefined : 'first'
    case 'End':
      return inside(PRESSED) ? undefined : 'last'
    case ' ':
      return inside(PRESSED) ? undefined : 'play'
    default:
      return undefined
  }
}
