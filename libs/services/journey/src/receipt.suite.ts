import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { defect } from '@throughline/ports/suites'
import { ana, ivo, joel } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { begin, id, JOURNEYS, question } from './journey.world.suite.js'
import type { ReceiptEvent, ReceiptRun, ReceiptStatement } from './receipt.js'
import type { Receipt } from './receipt.service.js'

export const contactId = id('c0')
export const caseId = id('ca5e')

type Writable<Type> = { -readonly [Field in keyof Type]: Type[Field] }
export type PaperEvent = Writable<ReceiptEvent>

/** A receipt that somebody may tamper with. */
export interface Paper {
  format: string
  statement: string
  events: PaperEvent[]
  others: (Omit<ReceiptRun, 'hashes'> & { hashes: string[] })[]
}

/** A journey over three streams; the case goes on with a contact of another journey. */
export async function told(on: World): Promise<string> {
  const journeyId = await begin(on)
  await on.as(ana).post(`${JOURNEYS}/${journeyId}/facts`, question)
  const inContact = { stream: 'contact', id: contactId, journeyId, customerId: ana.id }
  const of = { contactId, journeyId }
  const person = { id: ana.id, assurance: 'code' } as const
  await on.tell(
    'throughline.ContactRequested.v1',
    { ...of, person, channel: 'chat', readings: [] },
    inContact,
  )
  const message = {
    messageId: id('3e'),
    leg: 1,
    channel: 'chat',
    author: 'customer',
    mode: 'written',
  } as const
  await on.tell('throughline.MessagePosted.v1', { ...of, ...message, text: 'It was moved' }, inContact)
  const note = { noteId: id('77'), agentId: joel.id, text: 'Sounds like the pump' }
  await on.tell('throughline.ContactNoteAdded.v1', { ...of, ...note }, { ...inContact, actor: joel.actor })
  const inCase = { stream: 'case', id: caseId, journeyId, customerId: ana.id }
  const opened = {
    caseId,
    customerId: ana.id,
    journeyId,
    contactId,
    subject: 'Water',
    words: 'Engineer comes',
  }
  await on.tell('throughline.CaseOpened.v1', { ...opened, promised: [] }, inCase)
  const other = await begin(on)
  const again = {
    caseId,
    customerId: ana.id,
    contactId: id('c1'),
    journeyId: other,
    words: 'Again',
    promised: [],
  }
  await on.tell('throughline.ContactAddedToCase.v1', again, { ...inCase, journeyId: other })
  await on.tell('throughline.CaseAssigned.v1', { caseId, customerId: ana.id, staffId: joel.id }, inCase)
  return journeyId
}

export async function receiptFor(
  world: World,
  journey: string,
  caller: Caller = ivo,
  query = '',
): Promise<Receipt> {
  const { status, body } = await world.as(caller).get(`${JOURNEYS}/${journey}/receipt${query}`)
  expect(status).toBe(200)
  return body as Receipt
}

export const keysOf = async (world: World): Promise<unknown> =>
  (await world.anyone().get('/api/v1/journey/receipt-keys')).body

export const copy = (receipt: Receipt): Paper => JSON.parse(JSON.stringify(receipt)) as Paper

export function statementOf({ statement }: Pick<Receipt, 'statement'>): ReceiptStatement {
  return JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString()) as ReceiptStatement
}

/** Runs the script as anybody would, from a copy that stands alone, and gives its words and exit code. */
export function check(
  receipt: unknown,
  keys?: unknown,
  later?: unknown,
): { readonly code: number; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'receipt-'))
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const script = readFileSync(join(__dirname, '../../../../scripts/verify-receipt.mjs'), 'utf8')
  const broken = defect('receipt.chain')
    ? script.replace('previous !== last.hash', 'false')
    : defect('receipt.bytes')
      ? script.replace('sha256(previous + body) !== hash', 'false')
      : script
  const parameters = [
    file('verify.mjs', broken),
    file('receipt.json', receipt),
    ...(keys === undefined ? [] : ['--keys', file('jwks.json', keys)]),
    ...(later === undefined ? [] : ['--later', file('later.json', later)]),
  ]
  try {
    return { code: 0, said: execFileSync(process.execPath, parameters, { encoding: 'utf8', stdio: 'pipe' }) }
  } catch (error) {
    const { status, stdout } = error as { readonly status: number; readonly stdout: string }
    return { code: status, said: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Hashes an event and what follows it in its stream anew, as somebody would who hides a change. */
export function rehashed(paper: Paper, position: number): void {
  const start = paper.events.find((event) => event.position === position)
  const chain = paper.events
    .filter(({ streamId }) => streamId === start?.streamId)
    .filter(({ sequence }) => sequence >= (start?.sequence ?? 0))
  let { previous } = chain[0] ?? { previous: '' }
  for (const event of chain) {
    event.previous = previous
    event.hash = previous = sha256(previous + (event.body ?? ''))
  }
}

export function kidOf({ statement }: Receipt): string {
  const header: unknown = JSON.parse(Buffer.from(statement.split('.')[0] ?? '', 'base64url').toString())
  return (header as { readonly kid: string }).kid
}

/** The last character of a signature carries bits that say nothing. */
export function isSame(changed: string, receipt: Receipt): boolean {
  try {
    const { statement, ...rest } = JSON.parse(changed) as Receipt
    const signature = (text: string): string =>
      Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('hex')
    const { statement: signed, ...others } = receipt
    return (
      JSON.stringify(rest) === JSON.stringify(others) &&
      signature(statement) === signature(signed) &&
      statement.slice(0, -1) === signed.slice(0, -1)
    )
  } catch {
    return false
  }
}
