import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import type { OpenAPIObject } from '@nestjs/swagger'
import type { DeclaredRoute } from './routes.js'
import type { Declared, Schemas } from './schemas.js'

/** The OpenAPI document: Nest's own view of the routes, with the very schemas that requests are held to. */
export function openApi(
  app: INestApplication,
  schemas: Schemas,
  routes: readonly DeclaredRoute[],
): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Throughline')
      .setDescription(
        'Every customer-contact journey as events. Commands take `Idempotency-Key`; answers carry `ETag` and ' +
          '`Throughline-Position`; reads take `Min-Position`; errors are problem details (RFC 9457) with a stable `code`.',
      )
      .setVersion('1')
      .addBearerAuth()
      .build(),
    { operationIdFactory: (controller, method) => `${controller}.${method}` },
  )
  const components = (document.components ??= {})
  const definitions: unknown = JSON.parse(
    JSON.stringify(schemas.definitions).replaceAll('#/definitions/', '#/components/schemas/'),
  )
  components.schemas = { ...components.schemas, ...(definitions as NonNullable<typeof components.schemas>) }
  const byId = new Map(routes.map((route) => [route.operationId, route]))
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.put, path.post, path.patch, path.delete]) {
      const route = operation?.operationId === undefined ? undefined : byId.get(operation.operationId)
      if (operation === undefined || route === undefined) continue
      const open = route.allowed.includes('anyone')
      operation.security = open ? [] : [{ bearer: [] }]
      operation.description = `${operation.description ?? ''}\n\nOpen to: ${route.allowed.join(', ')}.`.trim()
      const example = route.body === undefined ? undefined : exampleOf(route.body)
      if (
        example !== undefined &&
        operation.requestBody !== undefined &&
        'content' in operation.requestBody
      ) {
        for (const content of Object.values(operation.requestBody.content)) content.example = example
      }
    }
  }
  return document
}

/** The example a body class declares as `static example`. */
export function exampleOf(body: Declared): unknown {
  return 'example' in body ? body.example : undefined
}
