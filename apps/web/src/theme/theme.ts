import { createTheme } from '@mantine/core'

/** How a page is used decides how dense it is: once in a while, or all day. */
export type Density = 'customer' | 'desk'

const shades = [
  '#edf7f6',
  '#dff0ef',
  '#bfe0de',
  '#8fc9c7',
  '#58bbb8',
  '#2f9a9a',
  '#147d81',
  '#0a646b',
  '#084f55',
  '#05393e',
] as const

const common = {
  colors: { petrol: shades },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  fontFamily: 'var(--font)',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
} as const

/** Mantine, fed with our tokens; sizes by density. */
export function themeFor(density: Density) {
  const size = density === 'customer' ? 'md' : 'sm'
  return createTheme({
    ...common,
    defaultRadius: density === 'customer' ? 8 : 6,
    // By name and not by `extend`: what a page does not use is not loaded for its defaults.
    components: {
      Button: { defaultProps: { size }, classNames: { root: `tl-button tl-${density}` } },
      TextInput: { defaultProps: { size } },
      Textarea: { defaultProps: { size, autosize: true, minRows: 2 } },
    },
  })
}
