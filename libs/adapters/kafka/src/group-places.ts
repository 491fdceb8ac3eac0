import type { EachBatchPayload } from 'kafkajs'
import type { Asking } from './asking.js'
import type { Place } from './partition.js'

export const NO_PLACE: Place = { offset: 0n, position: 0 }
/** Position of a partition whose place somebody set by hand; what comes first there is taken as the next. */
const AT_ITS_WORD = -1

export function nameOf(topic: string, partition: number): string {
  return `${topic}/${String(partition)}`
}

/** How far a group is in each partition of these topics, by {@link nameOf}: the offset, and the position that a commit says beside it. */
export async function placesOf(
  asking: Asking,
  groupId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  const names = [...new Set(topics)]
  if (names.length === 0) return places
  const committed = await asking.ask((admin) => admin.fetchOffsets({ groupId, topics: names }))
  for (const { topic, partitions } of committed) {
    const isNew = partitions.some(({ offset }) => Number(offset) < 0)
    const ends = isNew ? await asking.ask((admin) => admin.fetchTopicOffsets(topic)) : []
    for (const { partition, offset, metadata } of partitions) {
      const low = ends.find((end) => end.partition === partition)?.low ?? '0'
      const isKnown = Number(offset) >= 0
      places.set(nameOf(topic, partition), {
        offset: BigInt(isKnown ? offset : low),
        // An offset that an operator set has no position beside it: it is taken at its word.
        position: positionIn(metadata) ?? (isKnown ? AT_ITS_WORD : 0),
      })
    }
  }
  return places
}

/** What a commit of these places says. */
export function commitOf(
  places: readonly { readonly name: string; readonly place: Place }[],
): NonNullable<Parameters<EachBatchPayload['commitOffsetsIfNecessary']>[0]> {
  const parted = places.map(({ name, place }) => {
    const at = name.lastIndexOf('/')
    return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)), place }
  })
  return {
    topics: [...Map.groupBy(parted, ({ topic }) => topic)].map(([topic, own]) => ({
      topic,
      partitions: own.map(({ partition, place }) => ({
        partition,
        offset: String(place.offset),
        metadata: `position=${String(place.position)}`,
      })),
    })),
  }
}

function positionIn(metadata: string | null): number | undefined {
  const [, position] = /^position=(\d{1,16})$/.exec(metadata ?? '') ?? []
  return position === undefined ? undefined : Number(position)
}
