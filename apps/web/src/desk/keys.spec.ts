import fc from 'fast-check'
import { ACTIONS, DEFAULT_KEYS, isChoosable, meaningOf, readKeys, withKey } from './keys'
import type { KeySettings } from './keys'

const AS_DELIVERED: KeySettings = { off: false, keys: DEFAULT_KEYS }
const press = (key: string, held: { readonly ctrlKey?: boolean; readonly metaKey?: boolean } = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
})

describe('the keys of the desk', () => {
  it('mean what the table says', () => {
    const said = ['a', 'd', 'j', 'k', 'g', 'w', 't', 'c', 'r', 'n', 'i', '/', '?'].map(
      (key) => meaningOf(press(key), AS_DELIVERED, false)?.action,
    )
    expect(said).toEqual(ACTIONS.filter((action) => action !== 'place'))
    expect(meaningOf(press('7'), AS_DELIVERED, false)).toEqual({ action: 'place', place: 7 })
    expect(meaningOf(press('0'), AS_DELIVERED, false)).toBeUndefined()
  })

  it('are letters and nothing else while somebody writes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 1 }), (key) => {
        expect(meaningOf(press(key), AS_DELIVERED, true)).toBeUndefined()
      }),
    )
  })

  it('send and open the list of everything from within a field, with ⌘ as with Ctrl', () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }]) {
      expect(meaningOf(press('Enter', held), AS_DELIVERED, true)).toEqual({ action: 'submit' })
      expect(meaningOf(press('k', held), AS_DELIVERED, true)).toEqual({ action: 'palette' })
      // The browser's own.
      expect(meaningOf(press('w', held), AS_DELIVERED, false)).toBeUndefined()
    }
    expect(meaningOf(press('Escape'), AS_DELIVERED, true)).toEqual({ action: 'escape' })
  })

  it('can be switched off, all or one', () => {
    expect(meaningOf(press('w'), { ...AS_DELIVERED, off: true }, false)).toBeUndefined()
    expect(meaningOf(press('w'), withKey(AS_DELIVERED, 'wrap-up', ''), false)).toBeUndefined()
    expect(meaningOf(press('a'), withKey(AS_DELIVERED, 'wrap-up', ''), false)).toEqual({ action: 'answer' })
  })

  it('can be changed, and no key does two things', () => {
    const changed = withKey(AS_DELIVERED, 'wrap-up', 'a')
    expect(meaningOf(press('a'), changed, false)).toEqual({ action: 'wrap-up' })
    expect(changed.keys.answer).toBe('')
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(...ACTIONS),
            fc.string({ minLength: 1, maxLength: 1 }).filter(isChoosable),
          ),
        ),
        (changes) => {
          const { keys } = changes.reduce((all, [action, key]) => withKey(all, action, key), AS_DELIVERED)
          const used = Object.values(keys).filter((key) => key !== '')
          expect(new Set(used).size).toBe(used.length)
        },
      ),
    )
  })

  it('are read back as they were kept, and as delivered where the browser kept something else', () => {
    const changed = withKey({ ...AS_DELIVERED, off: true }, 'call', 'p')
    expect(readKeys(JSON.stringify(changed))).toEqual(changed)
    for (const kept of [null, '', '7', 'null', '{"keys":{"call":"pp","nothing":"x"}}']) {
      expect(readKeys(kept)).toEqual(AS_DELIVERED)
    }
  })
})
