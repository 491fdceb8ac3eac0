import { RequestMethod } from '@nestjs/common'
import type { Type } from '@nestjs/common'
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants'
import type { DiscoveryService } from '@nestjs/core'
import { MetadataScanner } from '@nestjs/core'
import { ALLOWED } from '@throughline/ports'
import type { Declared, Schemas } from './schemas.js'

/** A route as its controller declares it. */
export interface DeclaredRoute {
  /** `CasesController.resolve` */
  readonly operationId: string
  /** `GET` */
  readonly method: string
  readonly path: string
  readonly allowed: readonly string[]
  /** The class its body is held to. */
  readonly body: Declared | undefined
  /** The class its query is held to. */
  readonly query: Declared | undefined
}

/** Every route of the process. @throws Error when one does not say who may call it, so that the start is refused */
export function declaredRoutes(discovery: DiscoveryService, schemas: Schemas): readonly DeclaredRoute[] {
  const scanner = new MetadataScanner()
  const routes: DeclaredRoute[] = []
  const undeclared: string[] = []
  for (const { metatype } of discovery.getControllers()) {
    if (typeof metatype !== 'function') continue
    const controller = metatype as Type
    const prototype = controller.prototype as Readonly<Record<string, unknown>>
    for (const method of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[method]
      if (typeof handler !== 'function') continue
      const verb: unknown = Reflect.getMetadata(METHOD_METADATA, handler)
      if (typeof verb !== 'number') continue
      const operationId = `${controller.name}.${method}`
      const allowed = (Reflect.getMetadata(ALLOWED, handler) ?? Reflect.getMetadata(ALLOWED, controller)) as
        readonly string[] | undefined
      if (allowed === undefined || allowed.length === 0) {
        undeclared.push(operationId)
        continue
      }
      const base = String(Reflect.getMetadata(PATH_METADATA, controller))
      const own = String(Reflect.getMetadata(PATH_METADATA, handler))
      routes.push({
        operationId,
        method: RequestMethod[verb] ?? '',
        path: `/${base}/${own}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1'),
        allowed,
        body: shapeOf(BODY, controller, method, schemas),
        query: shapeOf(QUERY, controller, method, schemas),
      })
    }
  }
  if (undeclared.length > 0) {
    throw new Error(`routes that do not say who may call them: ${undeclared.join(', ')}. Add @Allow(...).`)
  }
  return routes
}

// Nest's numbers for @Body() and @Query() in its record of a handler's parameters.
const BODY = 3
const QUERY = 4

function shapeOf(kind: number, controller: Type, method: string, schemas: Schemas): Declared | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Readonly<
    Record<string, { readonly index: number }>
  >
  const found = Object.entries(parameters).find(([key]) => key.startsWith(`${String(kind)}:`))?.[1]
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) as
    readonly unknown[] | undefined
  const type = found === undefined ? undefined : types?.[found.index]
  return isDeclared(type) && schemas.has(type) ? type : undefined
}

function isDeclared(type: unknown): type is Declared {
  return typeof type === 'function'
}
