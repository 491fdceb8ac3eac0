import { services } from '@throughline/app-all-in-one'
import { auditCommand } from '@throughline/auditing'
import { fill } from '@throughline/demo'
import { ManualClock, UuidIds } from '@throughline/platform'
import { sized } from '@throughline/ports/suites'
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

const auditors = services.flatMap(({ audits = [] }) => audits)
const ids = new UuidIds(new ManualClock())

interface Told {
  readonly finding?: string
  readonly kind: string
  readonly position: number
  readonly says: string
  readonly differences: readonly {
    readonly field: string
    readonly recorded: unknown
    readonly derived: unknown
  }[]
  readonly decisions: Readonly<Record<string, { readonly same: number; readonly underivable: number }>>
}

/** Runs the command on a folder; returns its exit code, what it found and its summary. */
async function audit(data: string) {
  const told: string[] = []
  const say = (text: string): void => {
    told.push(text)
  }
  const code = await auditCommand(['--data', data, '--json'], {}, { auditors, ids }, { out: say, error: say })
  const lines = told.map((line) => JSON.parse(line) as Told)
  return {
    code,
    found: lines.filter(({ finding }) => finding !== undefined),
    decisions: lines.at(-1)?.decisions ?? {},
  }
}

interface Decided {
  readonly type: string
  readonly data: Record<string, unknown>
}

/** A record in which another decision stands, every checksum and chain made to fit. Returns the position. */
function rewrite(data: string, type: string, change: (decided: Decided) => object): number {
  const database = new DatabaseSync(join(data, 'events.db'))
  database.exec('DROP TRIGGER IF EXISTS events_are_never_changed')
  const last = database
    .prepare('SELECT position, stream, sequence FROM events WHERE body LIKE ? ORDER BY position DESC LIMIT 1')
    .get(`{"type":"${type}"%`)
  if (last === undefined) throw new Error(`there is no ${type}`)
  const rows = database
    .prepare('SELECT * FROM events WHERE stream = ? AND sequence >= ? ORDER BY sequence')
    .all(Number(last.stream), Number(last.sequence))
  let previous: string | undefined
  for (const row of rows) {
    const event = JSON.parse(String(row.body)) as Decided
    const altered =
      row.position === last.position ? { ...event, data: { ...event.data, ...change(event) } } : event
    const body = JSON.stringify(altered)
    previous ??= String(row.previous)
    const own = hash('sha256', previous + body, 'hex')
    const { position, stream, sequence, command, fingerprint, journey } = row
    const proved = [position, stream, sequence, command, fingerprint, journey, previous, own]
    database
      .prepare('UPDATE events SET body = ?, previous = ?, hash = ?, checksum = ? WHERE position = ?')
      .run(body, previous, own, crc32(JSON.stringify(proved)), Number(position))
    previous = own
  }
  database.close()
  return Number(last.position)
}

describe('npm run audit', () => {
  let stage: Stage
  let altered: string
  beforeAll(async () => {
    stage = await openStage()
    altered = await mkdtemp(join(tmpdir(), 'throughline-altered-'))
  })
  afterAll(async () => {
    await stage.stop()
    await rm(altered, { recursive: true, force: true })
  })

  beforeAll(async () => {
    const world = { ...stage, now: () => stage.clock.now(), mailbox: stage.mailbox }
    await fill(world, { days: sized(1, 2) })
  })

  it('audit: agrees with every decision of the demo story, while the system goes on running', async () => {
    const { code, found, decisions } = await audit(stage.data)
    expect(found).toEqual([])
    expect(code).toBe(0)
    for (const kind of ['channels', 'agent', 'article']) {
      expect(decisions[kind]?.same).toBeGreaterThan(2)
      expect(decisions[kind]?.underivable).toBe(0)
    }
  })

  it('audit: lists what was decided otherwise, where everything else about the record fits', async () => {
    const source = new DatabaseSync(join(stage.data, 'events.db'), { readOnly: true })
    await backup(source, join(altered, 'events.db'))
    source.close()
    const log = await stage.host().events.readAll({ limit: 100_000 })
    const agents = [
      ...new Set(
        log.filter(({ type }) => type === 'throughline.AgentSignedOn.v1').map(({ streamId }) => streamId),
      ),
    ]
    const nobody = '018f5e10-0000-7000-8000-00000000dead'
    const agent = rewrite(altered, 'throughline.ContactOffered.v1', ({ data }) => ({
      agentId: agents.find((id) => id !== data.agentId),
    }))
    const channels = rewrite(altered, 'throughline.ChannelsOffered.v1', ({ data }) => ({
      channels: (data.channels as readonly { readonly offered: boolean }[]).map((each, place) =>
        place === 0 ? { ...each, offered: !each.offered } : each,
      ),
    }))
    const article = rewrite(altered, 'throughline.ArticleFlagged.v1', () => ({ articleId: nobody }))
    const { code, found } = await audit(altered)
    expect(code).toBe(1)
    const listed = found
      .map(({ kind, position, says }) => ({ kind, position, says }))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    expect(listed).toEqual([
      {
        kind: 'agent',
        position: agent,
        says: expect.stringContaining('should have been offered to agent') as string,
      },
      {
        kind: 'article',
        position: article,
        says: expect.stringContaining('should not have been flagged') as string,
      },
      {
        kind: 'channels',
        position: channels,
        says: expect.stringContaining('The channels should have been') as string,
      },
    ])
    const offered = log.find(({ position }) => position === agent)?.data as { readonly agentId: string }
    const [wrong] = found.find(({ kind }) => kind === 'agent')?.differences ?? []
    expect(wrong).toMatchObject({ field: 'agentId', derived: offered.agentId })
  })
})
