import type { Command } from '@throughline/ports'

/**
 * A further append of the same request, in another stream. The version a caller saw is that of the one stream the request
 * is about, so it does not go along.
 */
export function step(command: Command, name: string): Command {
  const next: { -readonly [Key in keyof Command]: Command[Key] } = {
    ...command,
    id: `${command.id}/${name}`,
  }
  delete next.ifVersion
  return next
}
