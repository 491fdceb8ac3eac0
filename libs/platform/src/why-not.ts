import { WrongSetting } from './wrong-setting.js'

/** Why a start failed, for whoever started it: a sentence where it is theirs to mend, the stack where it is ours. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'Another program listens on this port. Stop it, or set THROUGHLINE_PORT to another one.'
  }
  if ('code' in error && error.code === 'EACCES') return `${error.message}: this user may not do that here.`
  // A store that cannot be opened says in its message what to do.
  return error instanceof WrongSetting || error.name === 'UnusableDatabase'
    ? error.message
    : (error.stack ?? error.message)
}
