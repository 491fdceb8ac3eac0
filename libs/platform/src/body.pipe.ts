import { Injectable } from '@nestjs/common'
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common'
import type { Schemas } from './schemas.js'

/** Holds bodies and queries to the class their handler declares; what is not declared is refused. */
@Injectable()
export class DeclaredShapePipe implements PipeTransform {
  constructor(private readonly schemas: Schemas) {}

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || (type !== 'body' && type !== 'query') || !this.schemas.has(metatype))
      return value
    const given = value ?? {}
    this.schemas.ensure(metatype, given, type === 'query')
    return given
  }
}
