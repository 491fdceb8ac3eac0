// The least that Nest is: one module, one route.
import { require } from '../lib/paths.mjs'

require('reflect-metadata')
const { Controller, Get, Module } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { FastifyAdapter } = require('@nestjs/platform-fastify')

class HelloController {
  hello() {
    return 'hello'
  }
}
Get()(HelloController.prototype, 'hello', Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'))
Controller()(HelloController)
class HelloModule {}
Module({ controllers: [HelloController] })(HelloModule)

const app = await NestFactory.create(HelloModule, new FastifyAdapter(), { logger: false })
await app.listen(0, '127.0.0.1')
process.stdout.write(`${await app.getUrl()}\n`)
process.on('SIGTERM', () => app.close().then(() => process.exit(0)))
