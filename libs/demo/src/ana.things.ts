import { DAY, HOUR, toInstant } from '@throughline/kernel'

type Line = Readonly<Record<string, unknown>>

/** Where the shop knows Ana. */
export const ANA = { source: 'shop', externalId: '4700' } as const
export const FRIDGE = 'HH-20432'
const DISHWASHER = 'HH-20418'

/** When her engineer comes: the morning after tomorrow. */
export function visitOf(today: number): { readonly startsAt: string; readonly endsAt: string } {
  return morning(today + 2 * DAY)
}

/** When her fridge-freezer arrives: as it was ordered, and as it was moved on the telephone. */
export function arrivalOf(
  today: number,
  moved: boolean,
): { readonly startsAt: string; readonly endsAt: string } {
  return morning(today + (moved ? 4 : 3) * DAY)
}

/** What Ana has when the play begins. */
export function anasThings(now: number, today: number): readonly Line[] {
  const ago = (days: number): string => toInstant(now - days * DAY)
  const euro = (amount: string) => ({ amount, currency: 'EUR' })
  return [
    ...delivered(
      {
        kind: 'purchase',
        reference: DISHWASHER,
        title: 'Bris 45 slimline dishwasher',
        product: 'Bris 45',
        date: ago(10),
        price: euro('489.00'),
      },
      ago(2),
    ),
    {
      kind: 'purchase',
      reference: FRIDGE,
      title: 'Sval 300 fridge-freezer',
      product: 'Sval 300',
      state: 'arrives',
      date: ago(1),
      ...arrivalOf(today, false),
      price: euro('649.00'),
    },
    ...delivered(
      {
        kind: 'purchase',
        reference: 'HH-11902',
        title: 'Vispa stick blender',
        detail: 'Guarantee until 9 March 2027',
        product: 'Vispa 2',
        date: '2024-03-09T10:20:00.000Z',
        price: euro('59.00'),
      },
      '2024-03-12T09:40:00.000Z',
    ),
    {
      kind: 'quote',
      reference: 'HH-20420',
      title: 'Flamma 4 induction hob and fitting',
      detail: `Kept for you until ${toInstant(today + 8 * DAY).slice(0, 10)}`,
      state: 'open',
      date: ago(6),
      endsAt: toInstant(today + 8 * DAY),
      price: euro('742.00'),
    },
    {
      kind: 'enquiry',
      reference: 'HH-E-3081',
      title: 'Is the Bris 45 quiet enough for an open kitchen?',
      state: 'answered',
      date: ago(40),
    },
    {
      kind: 'marketing',
      reference: 'care-plan-20423',
      title: 'Care plan: five years without worry',
      date: ago(24),
      template: 'care-plan-letter@3',
    },
  ]
}

/** A purchase with its way to the customer. */
export function delivered(
  thing: Line & { readonly kind: string; readonly reference: string },
  at: string,
): readonly Line[] {
  const { kind, reference } = thing
  return [
    { ...thing, state: 'ordered' },
    { op: 'progress', kind, reference, state: 'delivered', at },
  ]
}

function morning(day: number): { readonly startsAt: string; readonly endsAt: string } {
  const midnight = Math.floor(day / DAY) * DAY
  return { startsAt: toInstant(midnight + 8 * HOUR), endsAt: toInstant(midnight + 12 * HOUR) }
}
