/** A difference between two plain values: the place and what each holds there. */
export interface DataDifference {
  readonly field: string
  readonly first: unknown
  readonly second: unknown
}

/** Whether two plain values are the same, whatever the order of their members. */
export function sameData(first: unknown, second: unknown): boolean {
  return differences(first, second).length === 0
}

/** Where two plain values differ, in the order of the first; members that are undefined count as absent. */
export function differences(first: unknown, second: unknown, field = ''): readonly DataDifference[] {
  if (Object.is(first, second)) return []
  if (!isPlain(first) || !isPlain(second) || Array.isArray(first) !== Array.isArray(second)) {
    return [{ field, first, second }]
  }
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])]
  return names.flatMap((name) =>
    differences(
      Reflect.get(first, name) as unknown,
      Reflect.get(second, name) as unknown,
      field === '' ? name : `${field}.${name}`,
    ),
  )
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
