export { asSystem, Client, Problem } from './client.js'
export type { Reply, RequestOptions } from './client.js'
export { operatorOf, RUNNING, runningOn } from './local.js'
export type { RunningProcess } from './local.js'
