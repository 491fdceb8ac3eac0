import { getMetadataStorage } from 'class-validator'
import { personalFields, publicEvents } from '@throughline/contracts'
import type { Constructor } from '@throughline/contracts'
import type { Schemas } from './schemas.js'

/** The part of JSON Schema that contracts use. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly description?: string
  /** Tells something about a person. */
  readonly 'x-personal'?: true
}

const TO = '#/components/schemas/'

/** Name of the schema a reference leads to. */
export const referred = ($ref: string): string => $ref.slice($ref.lastIndexOf('/') + 1)

/** Schemas of the public events by wire name, and of all their parts by class name, as consumers are promised them. */
export interface Promised {
  readonly events: Readonly<Record<string, JsonSchema>>
  readonly parts: Readonly<Record<string, JsonSchema>>
}

/**
 * What events are held to when they leave a service, without the refusal of unknown fields: a consumer must let be what
 * a newer program adds.
 */
export function promised(schemas: Schemas): Promised {
  const parts = new Map<string, JsonSchema>()
  const events: Record<string, JsonSchema> = {}
  const classes = classesByName()
  const open = (name: string, declared: Constructor | undefined): JsonSchema => {
    const { required, properties = {} } = definition(schemas, name)
    const hidden = declared === undefined ? new Set<string>() : personalFields(declared)
    return {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, schema]) => [field, marked(led(schema), hidden.has(field))]),
      ),
      ...(required !== undefined && required.length > 0 && { required: [...required].sort() }),
    }
  }
  const led = (schema: JsonSchema): JsonSchema => {
    const { $ref, items } = schema
    if (items !== undefined) return { ...schema, items: led(items) }
    if ($ref === undefined) return schema
    const name = referred($ref)
    if (!parts.has(name)) {
      parts.set(name, {})
      parts.set(name, open(name, classes.get(name)))
    }
    return { $ref: `${TO}${name}` }
  }
  for (const { type, data } of publicEvents().values()) {
    events[type] = open(schemas.definitionOf(data) ?? data.name, data)
  }
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1
  return {
    events: Object.fromEntries(Object.entries(events).sort(byName)),
    parts: Object.fromEntries([...parts].sort(byName)),
  }
}

function definition(schemas: Schemas, name: string): JsonSchema {
  const found: JsonSchema | undefined = schemas.definitions[name]
  if (found === undefined) throw new Error(`no schema ${name}`)
  return found
}

function marked(schema: JsonSchema, isPersonal: boolean): JsonSchema {
  if (!isPersonal) return schema
  // What stands beside a reference is passed over.
  return schema.$ref === undefined
    ? { ...schema, 'x-personal': true }
    : { allOf: [schema], 'x-personal': true }
}

function classesByName(): ReadonlyMap<string, Constructor> {
  const storage = getMetadataStorage() as unknown as { validationMetadatas: Map<Constructor, unknown> }
  return new Map([...storage.validationMetadatas.keys()].map((declared) => [declared.name, declared]))
}
