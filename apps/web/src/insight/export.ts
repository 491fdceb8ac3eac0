import type { Api } from '../api/client'

/** A part of the export: lines of JSON, and the position of the last event that they go up to. */
export interface Part {
  readonly lines: string
  readonly through: number
}

const MOST = 5_000

/**
 * All public events as lines of JSON, from the first one on, part by part until there is no more. Says after each part
 * how far it is.
 */
export async function exportEvents(
  read: (after: number, signal: AbortSignal) => Promise<Part>,
  signal: AbortSignal,
  onPart: (through: number, events: number) => void,
): Promise<readonly string[]> {
  const parts: string[] = []
  let events = 0
  for (let after = 0; ;) {
    const { lines, through } = await read(after, signal)
    if (lines !== '') parts.push(lines)
    events += lines.split('\n').length - 1
    onPart(through, events)
    if (through <= after) return parts
    after = through
  }
}

export function readEvents(api: Api): (after: number, signal: AbortSignal) => Promise<Part> {
  return async (after, signal) => {
    const response = await api.stream(
      `/insight/events?after=${String(after)}&limit=${String(MOST)}`,
      undefined,
      signal,
    )
    const through = Number(response.headers.get('throughline-position') ?? after)
    return { lines: await response.text(), through }
  }
}
