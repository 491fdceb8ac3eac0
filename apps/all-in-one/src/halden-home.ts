/** Settings of the demo's invented company; those of the environment come before them. */
export const HALDEN_HOME = {
  THROUGHLINE_NAME: 'Halden Home',
  THROUGHLINE_LINKS: ['Kitchen', 'Laundry', 'Cooling', 'Services']
    .map((label) => `${label}=/samples/shop.html#${label.toLowerCase()}`)
    .join(),
  // Of the numbers that Ofcom keeps for fiction: it rings nowhere.
  THROUGHLINE_PHONE: '+44 1632 960 120',
} as const
