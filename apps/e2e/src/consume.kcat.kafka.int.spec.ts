import { SystemClock, UuidIds } from '@throughline/platform'
import { engineAt } from '@throughline/ports/suites'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tellExamples } from './consume.fixture.js'
import type { Told } from './consume.fixture.js'

const guide = readFileSync(join(__dirname, '../../../docs/guides/consume.md'), 'utf8')

describe('those who consume the events with kcat, as docs/guides/consume.md says', () => {
  const brokers = engineAt('KAFKA_BROKERS')
  const told: Told[] = []
  afterEach(async () => {
    for (const topics of told.splice(0)) await topics.remove()
  })

  const read = async (odd: Parameters<typeof tellExamples>[2]) => {
    const prefix = `t-${new UuidIds(new SystemClock()).next()}`
    const topics = await tellExamples(brokers.split(','), prefix, odd)
    told.push(topics)
    const command = /```kcat\n([^`]*)```/.exec(guide)?.[1] ?? ''
    return new Promise<{ readonly out: string; readonly count: number }>((resolve) => {
      const env = { PATH: process.env.PATH, KAFKA_BROKERS: brokers, PREFIX: topics.prefix }
      execFile('sh', ['-c', command], { env }, (error, out, said) => {
        resolve({
          out: `${out}${error === null ? '' : `exit ${String(error.code)} ${said}`}`,
          count: topics.count,
        })
      })
    })
  }

  it('C67: one line reads from the first event to the last, counts each once and proves that none is missing', async () => {
    const { out, count } = await read({ twice: 30 })
    expect(out).toBe(`${String(count)} events, and none is missing\n`)
  })

  it('C67: names the event that was lost on its way to Kafka, and the one behind it', async () => {
    const { out } = await read({ lost: 20 })
    expect(out).toContain('missing: 62, before 65\n')
    expect(out).toContain('exit 1')
  })
})
