import { referred } from './async-api.schemas.js'
import type { JsonSchema } from './async-api.schemas.js'

/** What a release promised of the events. */
export interface Release {
  readonly release: string
  readonly events: Readonly<Record<string, { readonly topic: string; readonly schema: JsonSchema }>>
  readonly parts: Readonly<Record<string, JsonSchema>>
}

/** Limits of a value. A consumer made its columns by them, and what was told under them is told again from the log for ever. */
const LIMITS = [
  'type',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
] as const

/**
 * What a consumer of a release would trip over in what is told now, as sentences; empty when there is nothing. Allowed are new
 * events, new optional fields, and a field that becomes personal. Anything else is a new version of the event.
 */
export function incompatibilities(before: Release, now: Release): readonly string[] {
  const found: string[] = []
  const compared = new Set<string>()

  const compare = (at: string, was: JsonSchema, is: JsonSchema): void => {
    if (was['x-personal'] === true && is['x-personal'] !== true)
      found.push(`${at} is personal no more: consumers do not shred it any longer`)
    const [wasPart, isPart] = [partOf(was), partOf(is)]
    if (wasPart !== undefined || isPart !== undefined) {
      comparePart(at, wasPart, isPart)
      return
    }
    for (const limit of LIMITS) {
      if (was[limit] !== is[limit])
        found.push(`${at}: ${limit} was ${told(was[limit])} and is ${told(is[limit])}`)
    }
    compareValues(at, was.enum, is.enum)
    if (was.items !== undefined && is.items !== undefined) compare(`${at}[]`, was.items, is.items)
    else if (was.items !== is.items) found.push(`${at}: its elements were declared otherwise`)
    compareFields(at, was, is)
  }

  // A part may be renamed: consumers get its fields and never its name.
  const comparePart = (at: string, was: string | undefined, is: string | undefined): void => {
    const [wasSchema, isSchema] = [before.parts[was ?? ''], now.parts[is ?? '']]
    if (wasSchema === undefined || isSchema === undefined) {
      found.push(`${at} was ${was ?? 'no part'} and is ${is ?? 'no part'}`)
      return
    }
    const pair = `${was ?? ''} ${is ?? ''}`
    if (compared.has(pair)) return
    compared.add(pair)
    compare(at, wasSchema, isSchema)
  }

  const compareValues = (
    at: string,
    was: readonly unknown[] | undefined,
    is: readonly unknown[] | undefined,
  ): void => {
    if (was === undefined && is === undefined) return
    if (was === undefined || is === undefined) {
      found.push(`${at}: a list of values was ${was ? 'taken away' : 'put on it'}`)
      return
    }
    for (const value of was) if (!is.includes(value)) found.push(`${at}: the value ${told(value)} is gone`)
    for (const value of is) if (!was.includes(value)) found.push(`${at}: the value ${told(value)} is new`)
  }

  const compareFields = (at: string, was: JsonSchema, is: JsonSchema): void => {
    for (const [name, field] of Object.entries(was.properties ?? {})) {
      const fieldNow = is.properties?.[name]
      if (fieldNow === undefined) found.push(`${at}.${name} is gone`)
      else compare(`${at}.${name}`, field, fieldNow)
    }
    for (const name of is.required ?? []) {
      if (was.required?.includes(name) === true) continue
      const known = was.properties?.[name] !== undefined
      found.push(
        `${at}.${name} is ${known ? 'required now' : 'new and required'}: what was recorded before has none`,
      )
    }
    for (const name of was.required ?? []) {
      if (is.properties?.[name] !== undefined && is.required?.includes(name) !== true)
        found.push(`${at}.${name} is required no more: consumers rest on it`)
    }
  }

  for (const [type, { topic, schema }] of Object.entries(before.events)) {
    const is = now.events[type]
    if (is === undefined) {
      found.push(`${type} is gone: it is in the log for ever`)
      continue
    }
    if (is.topic !== topic) found.push(`${type} was on ${topic} and is on ${is.topic}`)
    compare(type, schema, is.schema)
  }
  return found
}

function partOf({ $ref, allOf }: JsonSchema): string | undefined {
  const to = $ref ?? allOf?.[0]?.$ref
  return to === undefined ? undefined : referred(to)
}

function told(value: unknown): string {
  return value === undefined ? 'open' : JSON.stringify(value)
}
