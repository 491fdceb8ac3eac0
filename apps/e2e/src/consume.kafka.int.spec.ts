import { UuidIds, SystemClock } from '@throughline/platform'
import { defect, engineAt } from '@throughline/ports/suites'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { tellExamples } from './consume.fixture.js'
import type { Told } from './consume.fixture.js'

const root = join(__dirname, '../../..')
const program = join(root, 'examples/consume/kafka.mjs')

describe('those who consume the events from Kafka, with the program of docs/guides/consume.md', () => {
  const brokers = engineAt('KAFKA_BROKERS')
  const told: Told[] = []
  const running = new Set<ChildProcess>()
  const tell = async (odd: Parameters<typeof tellExamples>[2] = {}): Promise<Told> => {
    const prefix = `t-${new UuidIds(new SystemClock()).next()}`
    const topics = await tellExamples(brokers.split(','), prefix, odd)
    told.push(topics)
    return topics
  }
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL')
    for (const topics of told.splice(0)) await topics.remove()
  })

  /** Runs until it ends by itself, or has said on standard error what is waited for. */
  const run = (prefix: string, count: number, enough: (said: string) => boolean) =>
    new Promise<{ readonly taken: number; readonly said: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [program, String(count)], {
        env: { PATH: process.env.PATH, KAFKA_BROKERS: brokers, PREFIX: prefix },
      })
      running.add(child)
      let [out, said] = ['', '']
      child.stdout.on('data', (data: Buffer) => (out += String(data)))
      child.stderr.on('data', (data: Buffer) => {
        said += String(data)
        if (enough(said)) child.kill('SIGKILL')
      })
      child.on('error', reject)
      child.on('close', () => {
        running.delete(child)
        resolve({ taken: out.split('\n').length - 1, said })
      })
    })

  it('C67: kafkajs reads from the first event, each once, and proves that none is missing', async () => {
    const { prefix, count } = await tell({ twice: 30, ...(defect('C67.kafka') && { lost: 20 }) })
    const { taken, said } = await run(prefix, count, (text) => text.includes(`${String(count)} events`))
    expect(taken).toBe(count)
    expect(said.trim().split('\n').at(-1)).toBe(`${String(count)} events and none is missing`)
  })

  it('C67: kafkajs names the event that was lost on its way to Kafka', async () => {
    const { prefix, count } = await tell({ lost: 20 })
    const { said } = await run(prefix, count, (text) => text.includes(`${String(count)} events`))
    expect(said.trim().split('\n').at(-1)).toBe(
      `${String(count)} events missing until now: ${String(3 * 20 + 2)}`,
    )
  })
})
