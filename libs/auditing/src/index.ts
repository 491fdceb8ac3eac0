export { audit } from './audit.js'
export type { AuditedLog, AuditReport, Finding } from './audit.js'
export { auditCommand } from './command.js'
