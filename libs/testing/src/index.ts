export {
  ana,
  archive,
  customerNamed,
  guest,
  guestNamed,
  helena,
  ivo,
  joel,
  mira,
  rita,
  shop,
  staffNamed,
  tomas,
} from './cast.js'
export { assertDecisions, assertViews, assertWorld } from './assert-world.js'
export type { Acked, Expected } from './assert-world.js'
export { ManualClock, ManualTimers } from '@throughline/platform'
export { startReplicas } from './replicas.js'
export type { Replicas, Seen } from './replicas.js'
export { at, startWorld } from './world.js'
export type { Client, Common, Response, Told, World } from './world.js'
