import { CHANNELS } from '../shared/channels'

/** By which a queue is called in the catalogue. */
export function channelKey(channel: string): (typeof CHANNELS)[number] | 'other' {
  return CHANNELS.find((each) => each === channel) ?? 'other'
}

/** The address of the board with something opened. */
export function withTeam(query: string, team: string | undefined): string {
  return `/desk/board?${team === undefined ? '' : `team=${encodeURIComponent(team)}&`}${query}`
}
