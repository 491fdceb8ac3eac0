import type { ServiceDefinition } from '@throughline/ports'
import { MyStuffModule } from './my-stuff.module.js'
import { reasonsVersions } from './reasons.view.js'
import { stuff } from './stuff.view.js'

/** My Stuff: what a customer has with us, with the reasons to ask about it, fed by the back-end systems. */
export const myStuffService: ServiceDefinition = {
  name: 'my-stuff',
  module: MyStuffModule,
  views: [stuff, reasonsVersions],
}
