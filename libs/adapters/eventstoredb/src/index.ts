export { WrongCredentials } from './connection.js'
export { openEventStoreDb } from './open.js'
export type { EventStoreDb, EventStoreDbOptions } from './open.js'
