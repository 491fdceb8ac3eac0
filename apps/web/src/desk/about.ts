import type { JourneyContext } from '../api/journey'

/** `Marta Lind, Nord 300 fridge-freezer`: who it is and what about, in a line. */
export function aboutOf({ person, item, reason }: JourneyContext, guest: string): string {
  return [person.name ?? guest, reason?.detailLabel ?? item?.title ?? reason?.label]
    .filter((each) => each !== undefined)
    .join(', ')
}
