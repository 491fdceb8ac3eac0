import { shortName } from './async-api.js'
import type { AsyncApi } from './async-api.js'
import { referred } from './async-api.schemas.js'
import type { JsonSchema } from './async-api.schemas.js'

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const safe = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign)

/** What a field holds, in a few words: `text up to 200`, `Money`, `list of Cause`. */
export function kindOf(schema: JsonSchema): string {
  const { $ref, allOf, items, type, format, pattern, maxLength } = schema
  if ($ref !== undefined) return referred($ref)
  if (allOf?.[0] !== undefined) return kindOf(allOf[0])
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ')
  if (type === 'array') return `list of ${kindOf(items ?? {})}`
  if (format !== undefined) return format
  if (pattern !== undefined) return pattern.includes('T\\d{2}') ? 'instant' : `text like ${pattern}`
  if (type === 'string') return maxLength === undefined ? 'text' : `text up to ${String(maxLength)}`
  return type ?? 'anything'
}

/** The events as a page that needs no script. */
export function eventsPage({ channels, components }: AsyncApi): string {
  const { messages, schemas } = components
  const fields = (schema: JsonSchema): string =>
    Object.entries(schema.properties ?? {})
      .map(([name, field]) => {
        const required = schema.required?.includes(name) === true ? '' : ' (optional)'
        const personal = field['x-personal'] === true ? ' <strong>personal</strong>' : ''
        return `<tr><td><code>${safe(name)}</code>${required}${personal}</td><td>${safe(kindOf(field))}</td></tr>`
      })
      .join('')
  const events = Object.values(channels).map(({ address, description, messages: told }) => {
    const each = Object.keys(told).map((name) => {
      const message = messages[name]
      if (message?.tags[0].name !== address) return ''
      const schema = schemas[shortName(message.name)] ?? {}
      const example = JSON.stringify(message.examples[0]?.payload, undefined, 2)
      return `<details id="${safe(name)}"><summary><code>${safe(message.name)}</code> ${safe(message.summary)}</summary>
<table>${fields(schema)}</table><pre>${safe(example)}</pre></details>`
    })
    return `<h2><code>${safe(address)}</code></h2><p>${safe(description)}</p>${each.join('\n')}`
  })
  const inEvents = new Set(Object.keys(messages))
  const parts = Object.entries(schemas)
    .filter(([name]) => !inEvents.has(name))
    .map(([name, schema]) => `<h3>${safe(name)}</h3><table>${fields(schema)}</table>`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Throughline events</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
summary{cursor:pointer;padding:.25rem 0}td{padding:.1rem 1rem .1rem 0;vertical-align:top}pre{overflow-x:auto}</style></head>
<body><h1>Throughline events</h1>
<p>${String(inEvents.size)} events, said once and kept. For programs: <a href="/api/events.json">AsyncAPI document</a>.
Commands and reads: <a href="/api/docs">OpenAPI</a>.</p>
${events.join('\n')}
<h2>Parts</h2>
${parts.join('\n')}
</body></html>
`
}
