import { publicEvents } from '@throughline/contracts'
import type { Contract } from '@throughline/contracts'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Schemas } from './schemas.js'

/** Bytes of every public event that was ever told. Files are added and never changed: `npm run golden` writes missing ones. */
const folder = join(__dirname, '../../contracts/golden')
const writing = process.env.GOLDEN === 'write'
const schemas = new Schemas()

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** Texts for the patterns contracts use; a new pattern needs a line here. */
const MATCHING: Readonly<Record<string, string>> = {
  '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$': '2026-11-20T09:00:00.000Z',
  '^[a-z0-9][a-z0-9._-]{0,79}$': 'no-heating',
  '^-?\\d{1,12}(\\.\\d{1,4})?$': '12.30',
  '^[A-Z]{3}$': 'EUR',
  '^\\+[1-9]\\d{6,14}$': '+351210000000',
}

function sample(schema: Schema, full: boolean): unknown {
  if (schema.$ref !== undefined) return sample(definition(schema.$ref.replace('#/definitions/', '')), full)
  if (schema.enum) return schema.enum[0]
  if (schema.format === 'uuid') return '018f0000-0000-7000-8000-000000000001'
  if (schema.format === 'email') return 'ana@example.org'
  if (schema.pattern !== undefined) {
    const text = MATCHING[schema.pattern]
    if (text === undefined) throw new Error(`no sample for ${schema.pattern}`)
    return text
  }
  switch (schema.type) {
    case 'string':
      return 'é'.padEnd(schema.minLength ?? 1, 'a')
    case 'integer':
    case 'number':
      return schema.minimum ?? 0
    case 'boolean':
      return true
    case 'array':
      return full && schema.items ? [sample(schema.items, full)] : []
    case undefined:
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => full || schema.required?.includes(name) === true)
          .map(([name, part]) => [name, sample(part, full)]),
      )
  }
}

function definition(name: string): Schema {
  const found: Schema | undefined = schemas.definitions[name]
  if (found === undefined) throw new Error(`no schema ${name}`)
  return found
}

const fileOf = (contract: Contract, shape: 'full' | 'least'): string =>
  join(folder, `${contract.type}.${shape}.json`)

describe('the public events', () => {
  if (writing) {
    mkdirSync(folder, { recursive: true })
    for (const contract of publicEvents().values()) {
      for (const shape of ['full', 'least'] as const) {
        const file = fileOf(contract, shape)
        if (existsSync(file)) continue
        const data = sample(definition(schemas.definitionOf(contract.data) ?? ''), shape === 'full')
        writeFileSync(file, `${JSON.stringify({ type: contract.type, data }, undefined, 2)}\n`)
      }
    }
  }

  it.each([...publicEvents().values()].map((contract) => [contract.type, contract] as const))(
    '%s has golden files with all its fields and with the least',
    (_, contract) => {
      expect(existsSync(fileOf(contract, 'full'))).toBe(true)
      expect(existsSync(fileOf(contract, 'least'))).toBe(true)
      expect(contract.says).toMatch(/\.$/)
    },
  )

  it.each(readdirSync(folder))('yesterday’s bytes are still read: %s', (name) => {
    const { type, data } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      type: string
      data: unknown
    }
    const contract = publicEvents().get(type)
    expect(contract).toBeDefined()
    expect(contract && schemas.check(contract.data, data)).toEqual([])
  })

  it('have wire names that are written out and carry a version', () => {
    for (const type of publicEvents().keys()) expect(type).toMatch(/^throughline\.[A-Z][A-Za-z]+\.v[1-9]\d*$/)
  })
})
