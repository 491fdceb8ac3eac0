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
  components.schemas = { ...components.schemas, Problem: PROBLEM }
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.put, path.post, path.patch, path.delete]) {
      const route = operation?.operationId === undefined ? undefined : byId.get(operation.operationId)
      if (operation === undefined || route === undefined) continue
      const open = route.allowed.includes('anyone')
      operation.security = open ? [] : [{ bearer: [] }]
      operation.description = `${operation.description ?? ''}\n\nOpen to: ${route.allowed.join(', ')}.`.trim()
      operation.parameters = [
        ...(operation.parameters ?? []),
        ...parametersOf(route, schemas),
        ...(operation === path.get ? [MIN_POSITION] : [IDEMPOTENCY_KEY, IF_MATCH]),
      ]
      operation.responses.default = {
        description: 'Refused, with a stable code and what to do about it',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }
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

type SchemaObject = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { readonly $ref: string }
>

const text: SchemaObject = { type: 'string' }

/** RFC 9457. */
const PROBLEM: SchemaObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    code: { ...text, description: 'Stable; to be relied on: `case.already-resolved`' },
    field: { ...text, description: 'The offending field' },
    todo: { ...text, description: 'What to do about it' },
  },
}

const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header' as const,
  required: false,
  description,
  schema: text,
  example,
})

const MIN_POSITION = header('Min-Position', 'Waits until what this log position recorded is visible', '4711')
const IDEMPOTENCY_KEY = header(
  'Idempotency-Key',
  'The same key again gets the first answer; at least 22 characters without a token',
  '0199a5e2-7a40-7c1e-9d3b-5d1f0c2a7d11',
)
const IF_MATCH = header('If-Match', 'Refused with 412 when the resource has changed since this ETag', '"3"')

/** What a query class declares, as parameters. */
function parametersOf({ query }: DeclaredRoute, schemas: Schemas) {
  const name = query === undefined ? undefined : schemas.definitionOf(query)
  const declared: DeclaredFields = name === undefined ? {} : (schemas.definitions[name] ?? {})
  return Object.entries(declared.properties ?? {}).map(([field, schema]) => ({
    name: field,
    in: 'query' as const,
    required: declared.required?.includes(field) === true,
    schema,
  }))
}

interface DeclaredFields {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

/** The example a body class declares as `static example`. */
export function exampleOf(body: Declared): unknown {
  return 'example' in body ? body.example : undefined
}
