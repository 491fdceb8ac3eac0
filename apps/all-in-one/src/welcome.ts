import type { DemoPerson } from '@throughline/demo'
import type { Host, Settings } from '@throughline/platform'

/** Prints where to look, once everything answers. */
export function welcome(
  host: Host,
  settings: Settings,
  people: readonly DemoPerson[],
  { pages, inDemo }: { readonly pages: boolean; readonly inDemo: boolean },
): void {
  const width = Math.max(...people.map(({ email }) => email.length))
  process.stdout.write(`
Throughline runs.

  Pages           ${pages ? `${host.url}/ (customer)   ${host.url}/desk (staff)` : 'not built; npm start builds them'}

  To sign in, type an address; ${codes(inDemo)}
  Who is there (any other address becomes a new customer):
${people.map(({ email, is }) => `    ${email.padEnd(width)}   ${is}`).join('\n')}

  API             ${host.url}/api/v1
  Documentation   ${host.url}/api/docs
  Health          ${host.url}/health/ready   ${host.url}/metrics
  Data            ${settings.store === 'memory' ? 'kept nowhere (THROUGHLINE_STORE=memory)' : settings.data}

  The same without pages:
    curl -s ${host.url}/api/v1/identity/sign-in-codes -H 'content-type: application/json' \\
      -d '{"email":"${people[0]?.email ?? ''}"}'
    curl -s ${host.url}/api/v1/identity/sessions -H 'content-type: application/json' \\
      -d '{"challengeId":"…","code":"…"}'

  The README's tour goes on from here. Ctrl-C stops, and nothing is lost.

`)
}

function codes(inDemo: boolean): string {
  const places = "here and in the data folder's outbox."
  return inDemo
    ? `the page fills in the code. Codes also appear ${places}\n  In the demo anybody who reaches this address can sign in as anybody.\n`
    : `codes appear ${places}\n`
}
