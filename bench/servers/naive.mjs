// The stack as it is often built: Nest, a ValidationPipe that walks the decorators on each request, one transaction for each
// request on the main thread, nobody signed in, no views. The same routes and the same durability.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../lib/child.mjs'
import { require } from '../lib/paths.mjs'
import { ports } from '../lib/ports.mjs'
import { RawLog } from '../lib/raw-log.mjs'

require('reflect-metadata')
const { Body, Controller, Get, Module, Param, Post, Res, ValidationPipe } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { FastifyAdapter } = require('@nestjs/platform-fastify')
const { IsOptional, IsString, IsUUID, Length, Matches, IsIn } = require('class-validator')

const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
const kit = ports()
const log = await RawLog.open(folder, kit)
const versions = new Map()

/** What TypeScript would write of decorators. */
function declared(type, fields) {
  for (const [field, decorators] of Object.entries(fields)) {
    Reflect.defineMetadata('design:type', String, type.prototype, field)
    for (const decorate of decorators) decorate(type.prototype, field)
  }
  return type
}
const StartBody = declared(class StartBody {}, {
  entrance: [IsString(), IsIn(['need-help', 'product-page', 'search'])],
  page: [IsOptional(), IsString(), Length(0, 500)],
  caseId: [IsOptional(), IsUUID()],
})
const FactBody = declared(class FactBody {}, {
  name: [IsString(), Matches(/^[a-z][a-z0-9-]{0,59}$/)],
  label: [IsString(), Length(1, 120)],
  value: [IsString(), Length(1, 4000)],
})

function record(id, body) {
  const sequence = versions.get(id) ?? 0
  versions.set(id, sequence + 1)
  log.append([{ stream: id, sequence, command: `${id}/${sequence}`, body: JSON.stringify(body) }])
}

class JourneysController {
  async start(body, reply) {
    const id = kit.ids.next()
    record(id, body)
    reply.header('Throughline-Position', '1')
    return { id }
  }
  async giveFact(id, body, reply) {
    record(id, body)
    reply.header('Throughline-Position', '1')
    return { id, ...body }
  }
  list() {
    return { items: [], next: null }
  }
}
function route(verb, path, method, parameters, types) {
  const prototype = JourneysController.prototype
  verb(path)(prototype, method, Object.getOwnPropertyDescriptor(prototype, method))
  Reflect.defineMetadata('design:paramtypes', types, prototype, method)
  for (const [index, decorate] of parameters.entries()) decorate(prototype, method, index)
}
const reply = Res({ passthrough: true })
route(Post, '', 'start', [Body(), reply], [StartBody, Object])
route(Post, ':id/facts', 'giveFact', [Param('id'), Body(), reply], [String, FactBody, Object])
route(Get, '', 'list', [], [])
Controller('api/v1/journey/journeys')(JourneysController)
class NaiveModule {}
Module({ controllers: [JourneysController] })(NaiveModule)

const app = await NestFactory.create(NaiveModule, new FastifyAdapter(), { logger: false })
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }))
await app.listen(0, '127.0.0.1')
serve({ url: await app.getUrl() }, {}, async () => {
  await app.close()
  log.close()
  rmSync(folder, { recursive: true, force: true })
})
