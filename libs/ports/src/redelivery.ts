import { Refused } from '@throughline/kernel'
import type { Checkpoints } from './checkpoints.js'
import type { Consumer } from './event-bus.js'
import { Reads } from './reads.js'

/**
 * Hands a parked event to its consumer once more and forgets it when that succeeds, as `EventBus.redeliver` promises.
 * `consumer` is undefined where nobody here consumes for the group.
 */
export async function redelivered(
  letters: Pick<Checkpoints, 'letters' | 'forget'>,
  consumer: Consumer | undefined,
  group: string,
  position: number,
): Promise<void> {
  const letter = (await letters.letters(group)).find(({ event }) => event.position === position)
  if (letter === undefined) {
    throw new Refused(
      'not-found',
      'dead-letter.unknown',
      `Nothing is parked at ${String(position)} for ${group}.`,
    )
  }
  if (consumer === undefined) {
    throw new Refused('conflict', 'dead-letter.of-view', `${group} keeps a position of its own.`, {
      todo: 'Rebuild the view; that takes the event again and forgets what is parked.',
    })
  }
  if (new Reads(consumer.types).of(letter.event.type) === 'newer') {
    throw new Refused(
      'conflict',
      'dead-letter.newer-version',
      `${group} reads no ${letter.event.type} yet.`,
      { todo: 'Redeliver it when a program that reads this version runs.' },
    )
  }
  await consumer.handle(letter.event)
  await letters.forget(group, position)
}
