// Decorators keep what they declare there; a program that loads contracts alone has nobody else to bring it.
import 'reflect-metadata'
import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator'

/** Where an event is published. What is about a customer keeps one order, so it shares one topic and one key. */
export type Topic = 'throughline.journeys' | 'throughline.knowledge' | 'throughline.workforce'

export interface Contract {
  /** Wire name. */
  readonly type: string
  readonly topic: Topic
  /** One sentence. */
  readonly says: string
  /** The class whose decorators declare the data. */
  readonly data: Constructor
}

export type Constructor = new () => object

/** An event of this contract, as it is told between services. */
export interface Says<Type extends string, Data> {
  readonly type: Type
  readonly data: Data
}

const byType = new Map<string, Contract>()
const personal = new Map<unknown, Set<string>>()

/** Declares a public event. The wire name is written out, so that renaming a class never changes the wire. */
export function PublicEvent(type: string, says: string, topic: Topic = 'throughline.journeys') {
  return (data: Constructor): void => {
    if (byType.has(type)) throw new Error(`${type} is declared twice`)
    byType.set(type, { type, topic, says, data })
  }
}

/** Every public event, by wire name. */
export function publicEvents(): ReadonlyMap<string, Contract> {
  return byType
}

/** Marks a field that tells something about a person: logs drop it, exports leave it out, erasure shreds it. */
export function Personal(): PropertyDecorator {
  return (target, field) => {
    const fields = personal.get(target.constructor) ?? new Set()
    fields.add(String(field))
    personal.set(target.constructor, fields)
  }
}

/** Names of the personal fields of a class of this package, those it has from a base class included. */
export function personalFields(data: Constructor): ReadonlySet<string> {
  const fields = new Set<string>()
  for (let at: unknown = data; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    for (const field of personal.get(at) ?? []) fields.add(field)
  }
  return fields
}

function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, field) => {
    for (const decorate of decorators) decorate(target, field)
  }
}

/** RFC 3339 in UTC with milliseconds. */
export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
/** Codes of organisations' own lists: `no-heating`, `water-leak`. */
export const CODE = /^[a-z0-9][a-z0-9._-]{0,79}$/

export const Id = (): PropertyDecorator => IsUUID()
export const Ids = (most = 200): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(most), IsUUID(undefined, { each: true }))
export const Text = (most: number, least = 0): PropertyDecorator =>
  all(IsString(), MinLength(least), MaxLength(most))
export const Texts = (most: number, longest: number): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(most), IsString({ each: true }), MaxLength(longest, { each: true }))
export const Code = (): PropertyDecorator => Matches(CODE)
export const Codes = (most = 50): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(most), Matches(CODE, { each: true }))
export const Moment = (): PropertyDecorator => Matches(INSTANT)
export const Flag = (): PropertyDecorator => IsBoolean()
export const Whole = (least: number, most = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  // The last one says the type in the JSON schema, and Min and Max say "number".
  all(Min(least), Max(most), IsInt())
export const OneOf = (values: readonly string[]): PropertyDecorator => IsIn([...values])
export const Optional = (): PropertyDecorator => IsOptional()
export const Part = (part: () => Constructor): PropertyDecorator =>
  all(IsDefined(), ValidateNested(), Type(part))
export const Parts = (part: () => Constructor, most: number): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(most), ValidateNested({ each: true }), Type(part))
/** Plain data whose shape its owner checks by other means (a policy document, recorded inputs of a decision). */
export const Document = (): PropertyDecorator => IsObject()
