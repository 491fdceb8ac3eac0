import { publicEvents } from '@throughline/contracts'
import type { AsyncApi } from './async-api.js'
import { shortName } from './async-api.js'
import type { Release } from './async-api.compatible.js'
import { promised } from './async-api.schemas.js'
import type { Schemas } from './schemas.js'

/** What the events promise as they stand now, under the number of a release. */
export function releaseOf(release: string, schemas: Schemas): Release {
  const { events, parts } = promised(schemas)
  return {
    release,
    events: Object.fromEntries(
      Object.entries(events).map(([type, schema]) => [
        type,
        { topic: publicEvents().get(type)?.topic ?? '', schema },
      ]),
    ),
    parts,
  }
}

const INTRODUCTION = `# The public events

Reference, generated from the contracts by \`npm run events:docs\`; do not edit. [asyncapi.json](asyncapi.json) is the same for programs
(AsyncAPI 3.0, with JSON Schemas and examples); a running system serves both at \`/api/events\` and \`/api/events.json\`. [released](released)
holds what each release promised, and [the guide](../guides/consume.md) says how to consume them.
`

/** The table of events, in Markdown. */
export function eventsTable({ channels, components }: AsyncApi): string {
  const tables = Object.values(channels).map(({ address, description, messages }) => {
    const rows = Object.keys(messages).flatMap((name) => {
      const message = components.messages[name]
      if (message?.tags[0].name !== address) return []
      const schema = components.schemas[shortName(message.name)] ?? {}
      const fields = Object.entries(schema.properties ?? {}).map(([field, of]) => {
        const optional = schema.required?.includes(field) === true ? '' : '?'
        return `${of['x-personal'] === true ? '🔒' : ''}\`${field}${optional}\``
      })
      return `| \`${message.name}\` | ${message.summary.replaceAll('|', '\\|')} | ${fields.join(' ')} |`
    })
    return `## ${address}\n\n${description}\n\n| event | says | fields |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  const legend = '🔒 is personal, `?` is optional.\n'
  return [INTRODUCTION, legend, ...tables].join('\n')
}
