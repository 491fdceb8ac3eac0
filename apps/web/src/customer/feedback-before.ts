import type { FeedbackVersion } from '../api/feedback'

/** What is said within it, one tap after the other, is said at one sitting, in milliseconds. */
const SITTING = 10 * 60_000

/** What stood there before: what she said at an earlier sitting, else what she changed just now; undefined when nothing was changed. */
export function beforeOf(versions: readonly FeedbackVersion[]): FeedbackVersion | undefined {
  const now = versions.at(-1)
  if (now === undefined) return undefined
  const other = (version: FeedbackVersion): boolean =>
    (version.outcome !== undefined && version.outcome !== now.outcome) ||
    (version.feeling !== undefined && version.feeling !== now.feeling)
  let first = versions.length - 1
  while (first > 0 && gap(versions[first - 1], versions[first]) < SITTING) first -= 1
  return versions.slice(0, first).findLast(other) ?? versions.findLast(other)
}

function gap(one: FeedbackVersion | undefined, next: FeedbackVersion | undefined): number {
  return one === undefined || next === undefined ? Infinity : Date.parse(next.at) - Date.parse(one.at)
}
