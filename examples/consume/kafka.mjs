// node kafka.mjs [HOW_MANY]: every public event from the first on, and a proof that none is missing. Needs npm install kafkajs.
import { Kafka } from 'kafkajs'

const { KAFKA_BROKERS = '127.0.0.1:9092', PREFIX = 'throughline' } = process.env
const topics = ['journeys', 'knowledge', 'workforce'].map((name) => `${PREFIX}.${name}`)
const consumer = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: 1 }).consumer({
  groupId: `example-${process.pid}`,
})
const last = {} // highest position of each partition: what comes at or below it came before
const open = new Set([0]) // events that no other has named as the one before it
const awaited = new Set() // events named as the one before another that have not come
let taken = 0
await consumer.connect()
await consumer.subscribe({ topics, fromBeginning: true })
const eachMessage = async ({ topic, partition, message: { headers, value } }) => {
  const [position, previous] = [Number(headers.ce_position), Number(headers.ce_previous)]
  if (position <= (last[topic + partition] ?? 0)) return
  console.log(position, `${headers.ce_type}`, `${value}`) // your work
  last[topic + partition] = position
  if (!awaited.delete(position)) open.add(position)
  if (!open.delete(previous)) awaited.add(previous)
  console.error(
    `${++taken} events`,
    awaited.size ? `missing until now: ${[...awaited]}` : 'and none is missing',
  )
  if (taken >= Number(process.argv[2] ?? Infinity) && awaited.size === 0) void consumer.disconnect()
}
await consumer.run({ eachMessage })
