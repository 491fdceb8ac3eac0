import { moveOf } from './keys'
import type { Move } from './keys'

const plain = {
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  defaultPrevented: false,
}

function pressed(
  key: string,
  within = '[role="slider"]',
  more: Partial<typeof plain> = {},
): Move | undefined {
  return moveOf({ ...plain, key, ...more }, (selector) => selector.split(', ').includes(within))
}

describe('the keys of the time machine', () => {
  it('go by moment, with Shift by stage, to both ends, and play (C48)', () => {
    expect(pressed('ArrowRight')).toBe('next')
    expect(pressed('ArrowLeft')).toBe('previous')
    expect(pressed('ArrowRight', undefined, { shiftKey: true })).toBe('next-stage')
    expect(pressed('ArrowLeft', undefined, { shiftKey: true })).toBe('previous-stage')
    expect(pressed('Home')).toBe('first')
    expect(pressed('End')).toBe('last')
    expect(pressed(' ')).toBe('play')
    // As in every slider.
    expect(pressed('ArrowUp')).toBe('next')
    expect(pressed('PageDown')).toBe('previous-stage')
  })

  it('leave alone what a field, a tab or a button does with them', () => {
    expect(pressed('ArrowRight', 'input')).toBeUndefined()
    expect(pressed('ArrowRight', '[role="tab"]')).toBeUndefined()
    expect(pressed(' ', 'button')).toBeUndefined()
    expect(pressed('ArrowRight', 'button')).toBe('next')
    expect(pressed('ArrowDown', 'body')).toBeUndefined()
    expect(pressed('Home', '[data-scrolls]')).toBeUndefined()
  })

  it('leave shortcuts of the browser alone', () => {
    expect(pressed('ArrowLeft', undefined, { altKey: true })).toBeUndefined()
    expect(pressed('ArrowRight', undefined, { ctrlKey: true })).toBeUndefined()
    expect(pressed('a')).toBeUndefined()
  })
})
