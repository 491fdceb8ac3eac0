export { UnusableDatabase } from './errors.js'
export { openPostgres } from './open.js'
export type { Postgres, PostgresOptions } from './open.js'
