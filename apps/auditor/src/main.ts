import 'reflect-metadata'
import { auditCommand } from '@throughline/auditing'
import { SystemClock, UuidIds } from '@throughline/platform'
import { knowledgeService } from '@throughline/service-knowledge'
import { routingService } from '@throughline/service-routing'

/** The services that decide something of which the record keeps what it was decided from. */
const auditors = [routingService, knowledgeService].flatMap(({ audits = [] }) => audits)

void auditCommand(
  process.argv.slice(2),
  process.env,
  { auditors, ids: new UuidIds(new SystemClock()) },
  {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  },
).then((code) => {
  process.exitCode = code
})
