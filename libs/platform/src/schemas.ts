import { Ajv } from 'ajv'
import type { ErrorObject, ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { getMetadataStorage } from 'class-validator'
import { validationMetadatasToSchemas } from 'class-validator-jsonschema'
import { createRequire } from 'node:module'
import { Refused } from '@throughline/kernel'

/** A class whose class-validator decorators declare a shape. */
export type Declared = abstract new (...parameters: never[]) => object

interface TransformerStorage {
  readonly defaultMetadataStorage: object
}

/**
 * JSON Schemas made of the class-validator decorators: one declaration serves the check of requests and events, the
 * OpenAPI document and, compiled, costs a fortieth of walking the decorators on each request.
 */
export class Schemas {
  readonly #ajv: Ajv
  readonly #coercing: Ajv
  readonly #lenient: Ajv
  readonly #compiled = new Map<string, ValidateFunction>()
  readonly definitions: Readonly<Record<string, object>>

  constructor() {
    refuseSameNames()
    const require = createRequire(__filename)
    // class-transformer keeps @Type declarations here and exports them nowhere else.
    const { defaultMetadataStorage } = require('class-transformer/cjs/storage') as TransformerStorage
    const definitions = validationMetadatasToSchemas({
      classTransformerMetadataStorage: defaultMetadataStorage as never,
      additionalConverters: { isInt: { type: 'integer' } },
    })
    this.definitions = Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [
        name,
        { ...definition, additionalProperties: false },
      ]),
    )
    this.#ajv = compiler(this.definitions, false)
    // A query is text; what the schema calls a number or a flag is read as one.
    this.#coercing = compiler(this.definitions, true)
    this.#lenient = compiler(definitions, false)
  }

  has(declared: Declared): boolean {
    return this.definitionOf(declared) !== undefined
  }

  /** Name of the definition a class is held to: its own, or its base’s when it adds no field. */
  definitionOf(declared: Declared): string | undefined {
    for (let at: unknown = declared; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
      if (Object.hasOwn(this.definitions, at.name)) return at.name
    }
    return undefined
  }

  /** What is wrong with a value, in order of finding; empty when nothing is. At most one finding, the first. */
  check(declared: Declared, value: unknown, coerce = false): readonly Finding[] {
    return this.#check(declared, value, coerce ? 'coerce' : 'strict')
  }

  /** The same of what another program wrote, perhaps a newer one: fields that are not known here are let be. */
  checkHeard(declared: Declared, value: unknown): readonly Finding[] {
    return this.#check(declared, value, 'heard')
  }

  #check(declared: Declared, value: unknown, how: 'strict' | 'coerce' | 'heard'): readonly Finding[] {
    const key = `${declared.name} ${how}`
    let validate = this.#compiled.get(key)
    if (validate === undefined) {
      const ajv = { strict: this.#ajv, coerce: this.#coercing, heard: this.#lenient }[how]
      validate = ajv.compile({
        $ref: `throughline#/definitions/${this.definitionOf(declared) ?? declared.name}`,
      })
      this.#compiled.set(key, validate)
    }
    return validate(value) ? [] : (validate.errors ?? []).map(finding)
  }

  /** @throws Refused `request.invalid` naming the first offending field */
  ensure(declared: Declared, value: unknown, coerce = false): void {
    const [first] = this.check(declared, value, coerce)
    if (first === undefined) return
    throw new Refused(
      'invalid',
      'request.invalid',
      `${first.field === '' ? 'The body' : first.field} ${first.says}.`,
      {
        field: first.field,
        todo: 'Correct the field and send the request again.',
      },
    )
  }
}

export interface Finding {
  /** `causes.0.code`; empty for the whole. */
  readonly field: string
  /** `must be one of chat, phone`. */
  readonly says: string
}

function compiler(definitions: object, coerceTypes: boolean): Ajv {
  // Not all errors: a long list of wrong fields would cost the server more than the sender.
  const ajv = new Ajv({ strict: false, allErrors: false, coerceTypes, useDefaults: false })
  formats(ajv)
  ajv.addSchema({ $id: 'throughline', definitions })
  return ajv
}

function finding(error: ErrorObject): Finding {
  const path = error.instancePath.split('/').slice(1)
  const params: Readonly<Record<string, unknown>> = error.params
  if (error.keyword === 'additionalProperties') {
    return { field: [...path, String(params.additionalProperty)].join('.'), says: 'is not known here' }
  }
  if (error.keyword === 'required') {
    return { field: [...path, String(params.missingProperty)].join('.'), says: 'is missing' }
  }
  const allowed = params.allowedValues
  if (error.keyword === 'enum' && Array.isArray(allowed)) {
    return { field: path.join('.'), says: `must be one of ${allowed.join(', ')}` }
  }
  return { field: path.join('.'), says: error.message ?? 'is not as it should be' }
}

// Definitions are found by class name, in the OpenAPI document too, so one name may stand for one class only.
function refuseSameNames(): void {
  const seen = new Map<string, unknown>()
  const storage = getMetadataStorage() as unknown as { validationMetadatas: Map<{ name: string }, unknown> }
  for (const target of storage.validationMetadatas.keys()) {
    if (seen.has(target.name) && seen.get(target.name) !== target) {
      throw new Error(`two classes with validation are called ${target.name}; rename one`)
    }
    seen.set(target.name, target)
  }
}
