import type { Instant } from '@throughline/kernel'
import type { Assurance, View } from '@throughline/ports'
import type { SessionEvent, Subject } from './session.js'

export interface SessionRow {
  readonly id: string
  readonly subject: Subject
  readonly assurance: Assurance
  readonly startedAt: Instant
  readonly expiresAt: Instant
}

/** Open sessions: by whose they are (`subject:<id>`), and by when they end (`expiring`). */
export const sessionsView: View<
  SessionRow,
  Exclude<SessionEvent, { readonly type: 'throughline.CustomerSignedIn.v1' }>
> = {
  name: 'identity.sessions',
  version: 1,
  on: ['throughline.SessionStarted.v1', 'throughline.SessionRefreshed.v1', 'throughline.SessionEnded.v1'],
  async project(event, rows) {
    const { sessionId } = event.data
    const put = (row: SessionRow): void => {
      rows.put(sessionId, row, { [`subject:${row.subject.id}`]: row.startedAt, expiring: row.expiresAt })
    }
    switch (event.type) {
      case 'throughline.SessionStarted.v1': {
        const { subject, assurance, at, expiresAt } = event.data
        put({ id: sessionId, subject, assurance, startedAt: at, expiresAt })
        return
      }
      case 'throughline.SessionRefreshed.v1': {
        const row = await rows.get(sessionId)
        if (row !== undefined) put({ ...row, expiresAt: event.data.expiresAt })
        return
      }
      case 'throughline.SessionEnded.v1':
        rows.remove(sessionId)
    }
  },
}
