import type { DemoPerson } from '@throughline/demo'
import type { Host, Settings } from '@throughline/platform'

/** Prints where to look, once everything answers. */
export function welcome(host: Host, settings: Settings, demo: readonly DemoPerson[]): void {
  const people = [...demo, { email: settings.admin, is: 'administrator' }]
  const width = Math.max(...people.map(({ email }) => email.length))
  process.stdout.write(`
Throughline runs.

  API             ${host.url}/api/v1
  Documentation   ${host.url}/api/docs
  Health          ${host.url}/health/ready   ${host.url}/metrics
  Data            ${settings.store === 'memory' ? 'kept nowhere (THROUGHLINE_STORE=memory)' : settings.data}

  To sign in, ask for a code and use it; codes appear here and in the data folder's outbox:
    curl -s ${host.url}/api/v1/identity/sign-in-codes -H 'content-type: application/json' \\
      -d '{"email":"${people[0]?.email ?? ''}"}'
    curl -s ${host.url}/api/v1/identity/sessions -H 'content-type: application/json' \\
      -d '{"challengeId":"…","code":"…"}'

  Who is there (any other address becomes a new customer):
${people.map(({ email, is }) => `    ${email.padEnd(width)}   ${is}`).join('\n')}

  The README's tour goes on from here. Ctrl-C stops, and nothing is lost.

`)
}
