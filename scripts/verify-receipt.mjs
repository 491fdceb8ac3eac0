// node verify-receipt.mjs RECEIPT [--keys JWKS] [--later RECEIPT]
// Checks the receipt of a journey: offline, on any Node from 18, with nothing beside this file.
// Exit code: 0 it holds, 1 it does not, 2 it could not be read, 3 it holds but who signed it was not checked.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const FORMAT = 'throughline.receipt.v1'
const MOST_TOLD = 20
const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const thumbprint = ({ crv, kty, x }) =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')
const named = ({ stream, streamId }) => `${stream} ${streamId}`

function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return stop(`${file} cannot be read: ${error.message}`)
  }
}

/** Every problem of one receipt, as a sentence. `keys` undefined: the signature is not looked at. */
function problemsOf(receipt, keys) {
  const problems = []
  const tell = (sentence) => problems.push(sentence)
  const { header, statement, signed, signature } = opened(receipt)
  if (statement === undefined)
    return { problems: ['This is no receipt of a journey that this script knows.'] }
  const asOf = `as of position ${statement.position}`
  if (keys !== undefined) {
    const key = keys.find(({ kid }) => kid === header.kid)
    if (header.alg !== 'EdDSA') tell(`The statement ${asOf} is not signed with Ed25519.`)
    else if (key === undefined) {
      tell(`The statement ${asOf} is signed by key ${header.kid}, which is not among the keys given.`)
    } else if (key.kty !== 'OKP' || key.crv !== 'Ed25519' || thumbprint(key) !== key.kid) {
      tell(`The key ${key.kid} given for the statement ${asOf} is not the one that its name says.`)
    } else if (!verify(null, signed, createPublicKey({ key, format: 'jwk' }), signature)) {
      tell(`The signature of the statement ${asOf} does not hold: it was changed, or signed by another key.`)
    }
  }

  const { events, others } = receipt
  let before = 0
  for (const event of events) {
    const { position, previous, body, hash } = event
    if (position <= before)
      tell(`The event at position ${position} stands after the one at position ${before}.`)
    if (position > statement.position)
      tell(`The event at position ${position} is younger than the statement, which is ${asOf}.`)
    before = Math.max(before, position)
    if (body === null) {
      if (!statement.withheld.includes(position))
        tell(
          `The event at position ${position} has no body, and the statement does not say that it was kept back.`,
        )
      continue
    }
    if (statement.withheld.includes(position))
      tell(`The event at position ${position} has a body, and the statement says that it was kept back.`)
    if (sha256(previous + body) !== hash)
      tell(`The event at position ${position} was altered: its bytes do not give the hash that was recorded.`)
    const says = parsed(body)
    if (says.journeyId !== statement.journeyId) {
      const whose = says.journeyId === undefined ? 'no journey' : `journey ${says.journeyId}`
      tell(
        `The event at position ${position} is of ${whose}, the statement of journey ${statement.journeyId}.`,
      )
    }
    if (named(says) !== named(event) || says.sequence !== event.sequence)
      tell(`The event at position ${position} stands in another place of another stream than its bytes say.`)
  }
  if (events.length !== statement.events)
    tell(`The statement ${asOf} is of ${statement.events} events of the journey; here are ${events.length}.`)

  const links = linksOf(receipt)
  for (const told of statement.streams) {
    const name = named(told)
    const chain = links.get(name) ?? []
    links.delete(name)
    let last = { hash: '', where: 'at its beginning' }
    let next = 0
    for (const link of chain) {
      const { sequence, previous, hash, where } = link
      if (sequence > next)
        tell(`In the stream ${name} ${missing(sequence - next)} missing between ${last.where} and ${where}.`)
      else if (sequence < next) tell(`In the stream ${name} ${where} stands twice or out of order.`)
      else if (previous !== last.hash)
        tell(`In the stream ${name} ${where} does not follow ${last.where}: the chain is broken there.`)
      last = link
      next = sequence + 1
    }
    const own = chain.filter(({ isOwn }) => isOwn).length
    if (next !== told.events)
      tell(`In the stream ${name} ${missing(told.events - next)} missing after ${last.where}.`)
    else if (last.hash !== told.last)
      tell(`The stream ${name} ends at ${last.where} with another hash than was signed.`)
    else if (chain[0].hash !== told.first)
      tell(`The stream ${name} begins at ${chain[0].where} with another hash than was signed.`)
    if (own !== told.own)
      tell(
        `Of the stream ${name}, ending at ${last.where}, ${told.own} events of the journey were signed; here are ${own}.`,
      )
  }
  for (const [name, [first]] of links)
    tell(`The stream ${name} with ${first.where} is not in the statement ${asOf}.`)

  const digest = sha256(events.map(({ position, hash }) => `${position} ${hash}\n`).join(''))
  if (digest !== statement.digest)
    tell(
      `Positions or hashes from position ${events[0]?.position} to ${events.at(-1)?.position} are not those that were signed.`,
    )
  return { problems, statement, kid: header.kid }
}

/** What an earlier and a later receipt of one journey say against each other. */
function contradictions(earlier, later) {
  const problems = []
  const tell = (sentence) => problems.push(sentence)
  const [first, second] = [opened(earlier).statement, opened(later).statement]
  if (first.journeyId !== second.journeyId) {
    return [
      `The receipts are of two journeys: ${first.journeyId} as of position ${first.position}, ${second.journeyId} as of position ${second.position}.`,
    ]
  }
  if (second.position < first.position || second.issuedAt < first.issuedAt)
    return [
      `The later receipt is as of position ${second.position}, before the earlier one, which is as of position ${first.position}.`,
    ]
  const now = new Map(later.events.map((event) => [event.position, event]))
  const then = new Set(earlier.events.map(({ position }) => position))
  for (const { position, hash } of earlier.events) {
    const again = now.get(position)
    if (again === undefined)
      tell(`The event at position ${position} stands in the earlier receipt and not in the later.`)
    else if (again.hash !== hash)
      tell(`The event at position ${position} is another in the later receipt than in the earlier.`)
  }
  for (const position of now.keys()) {
    if (position <= first.position && !then.has(position))
      tell(
        `The event at position ${position} was not in the earlier receipt, though that is as of position ${first.position}.`,
      )
  }
  const chains = linksOf(later)
  for (const [name, chain] of linksOf(earlier)) {
    const again = new Map((chains.get(name) ?? []).map((link) => [link.sequence, link]))
    for (const { sequence, hash, where, isOwn } of chain) {
      if (!isOwn && again.get(sequence)?.hash !== hash)
        tell(`In the stream ${name} ${where} of the earlier receipt is another or not there in the later.`)
    }
  }
  return problems
}

/** The statement out of its signature (JWS, compact); nothing for what is no receipt. */
function opened(receipt) {
  const none = { header: {}, statement: undefined }
  if (receipt?.format !== FORMAT || typeof receipt.statement !== 'string') return none
  const isLink = (link) =>
    typeof link?.stream === 'string' && typeof link.previous === 'string' && Number.isInteger(link.sequence)
  const isEvent = (event) =>
    isLink(event) &&
    Number.isInteger(event.position) &&
    typeof event.hash === 'string' &&
    (event.body === null || typeof event.body === 'string')
  const isRun = (run) => isLink(run) && Array.isArray(run.hashes)
  if (!Array.isArray(receipt.events) || !receipt.events.every(isEvent)) return none
  if (!Array.isArray(receipt.others) || !receipt.others.every(isRun)) return none
  const [protectedPart = '', payload = '', signature = ''] = receipt.statement.split('.')
  const header = parsed(Buffer.from(protectedPart, 'base64url').toString())
  const statement = parsed(Buffer.from(payload, 'base64url').toString())
  if (statement.format !== FORMAT || !Array.isArray(statement.streams) || !Array.isArray(statement.withheld))
    return none
  return {
    header,
    statement,
    signed: Buffer.from(`${protectedPart}.${payload}`),
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** Every stream's links in order of sequence: events of the journey and what stands between them. */
function linksOf({ events, others }) {
  const links = new Map()
  const add = (name, link) => links.set(name, [...(links.get(name) ?? []), link])
  for (const event of events)
    add(named(event), { ...event, isOwn: true, where: `the event at position ${event.position}` })
  for (const run of others) {
    let previous = run.previous
    for (const [index, hash] of run.hashes.entries()) {
      const sequence = run.sequence + index
      add(named(run), {
        sequence,
        previous,
        hash,
        isOwn: false,
        where: `number ${sequence}, which is not of this journey,`,
      })
      previous = hash
    }
  }
  for (const chain of links.values()) chain.sort((a, b) => a.sequence - b.sequence)
  return links
}

function parsed(text) {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

function missing(count) {
  return count === 1 ? 'an event is' : `${count} events are`
}

function told(file, { statement, kid }) {
  const { journeyId, events, withheld, streams, position, issuedAt } = statement
  const kept = withheld.length === 0 ? '' : `, ${withheld.length} of them as hashes alone`
  return `${file}: journey ${journeyId}, ${events} events in ${streams.length} streams${kept}, as of position ${position}, issued ${issuedAt}, signed by key ${kid}.`
}

function main() {
  const options = { keys: { type: 'string' }, later: { type: 'string' } }
  let given
  try {
    given = parseArgs({ allowPositionals: true, options })
  } catch (error) {
    stop(error.message)
  }
  const { values, positionals } = given
  if (positionals.length !== 1) stop('node verify-receipt.mjs RECEIPT [--keys JWKS] [--later RECEIPT]')
  const keys = values.keys === undefined ? undefined : read(values.keys).keys
  if (values.keys !== undefined && !Array.isArray(keys)) stop(`${values.keys} is no JSON Web Key Set.`)
  const files = [positionals[0], ...(values.later === undefined ? [] : [values.later])]
  const receipts = files.map(read)
  const checked = receipts.map((receipt) => problemsOf(receipt, keys))
  const problems = checked.flatMap(({ problems: all }, at) => all.map((each) => `${files[at]}: ${each}`))
  const isComparable = receipts.length === 2 && checked.every(({ statement }) => statement !== undefined)
  if (isComparable) problems.push(...contradictions(receipts[0], receipts[1]))
  if (problems.length > 0) {
    const more = problems.length > MOST_TOLD ? [`And ${problems.length - MOST_TOLD} more.`] : []
    process.stdout.write(`${[...problems.slice(0, MOST_TOLD), ...more, 'DOES NOT HOLD'].join('\n')}\n`)
    process.exit(1)
  }
  const lines = checked.map((each, at) => told(files[at], each))
  if (receipts.length === 2) lines.push('The later receipt extends the earlier one.')
  if (keys === undefined) {
    lines.push(
      'Complete and unaltered by its own account; who signed it was not checked: give the public keys with --keys.',
    )
    process.stdout.write(`${lines.join('\n')}\n`)
    process.exit(3)
  }
  process.stdout.write(`${[...lines, 'HOLDS'].join('\n')}\n`)
}

main()
