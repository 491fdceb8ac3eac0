import type { Host, Settings } from '@throughline/platform'

/** Prints where to look, once everything answers. */
export function welcome(host: Host, settings: Settings, staff: readonly string[]): void {
  process.stdout.write(`
Throughline runs.

  API             ${host.url}/api/v1
  Documentation   ${host.url}/api/docs
  Health          ${host.url}/health/ready   ${host.url}/metrics
  Data            ${settings.store === 'memory' ? 'kept nowhere (THROUGHLINE_STORE=memory)' : settings.data}

  To sign in, ask for a code and use it; codes appear here and in the data folder's outbox:
    curl -s ${host.url}/api/v1/identity/sign-in-codes -H 'content-type: application/json' \\
      -d '{"email":"${staff[0] ?? settings.admin}"}'
    curl -s ${host.url}/api/v1/identity/sessions -H 'content-type: application/json' \\
      -d '{"challengeId":"…","code":"…"}'

  Who is there: ${[settings.admin, ...staff].join(', ')}; any other address becomes a new customer.
  The README's tour goes on from here. Ctrl-C stops, and nothing is lost.

`)
}
