import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js'
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerWritableStream,
  ServiceError,
} from '@grpc/grpc-js'
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb'
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb'
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb'
import { AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb'
import type { AppendReq, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb'
import { WireLog } from './wire-log.fixture.js'
import type { Proposed, WireExpected, WireRecord } from './wire-log.fixture.js'

type ReadCall = ServerWritableStream<ReadReq, ReadResp>

/** What goes wrong with the next calls; each number counts calls down. */
export interface Faults {
  /** Appends that are written, and whose answer never comes, or comes as a broken connection. */
  silentAppends: number
  brokenAppends: number
  /** Reads and appends that are refused so. */
  refused: { readonly code: status; readonly left: number; readonly exception?: string } | undefined
  /** Reads and appends that are never answered. */
  silent: number
  /** Whom calls that need the leader are sent to. */
  leader: { readonly host: string; readonly port: number } | undefined
  /** Stream reads answered without the last so many events. */
  stale: { readonly without: number; readonly left: number } | undefined
  /** Whether subscriptions say nothing of what is new. */
  muted: boolean
  /** Whether it answers nothing, and not with an error, where no record begins. */
  isVague: boolean
  /** Whether it is a server before 22.6, which tells no positions with the events of a stream. */
  isOld: boolean
}

const NO_FAULTS: Faults = {
  silentAppends: 0,
  brokenAppends: 0,
  refused: undefined,
  silent: 0,
  leader: undefined,
  stale: undefined,
  muted: false,
  isOld: false,
  isVague: false,
}

/**
 * A wire double of EventStoreDB: proves how we use the client, never how the server behaves. It serves the real client over
 * the client package's own generated service definitions.
 */
export class WireDouble {
  readonly faults: Faults = { ...NO_FAULTS }
  readonly #server = new Server()
  readonly #subscriptions = new Set<ReadCall>()
  /** How many batches were asked for; there should be none (see Connection). */
  batches = 0
  subscribed = 0
  #port = 0

  private constructor(readonly log: WireLog) {}

  static async start(log = new WireLog(), port = 0): Promise<WireDouble> {
    const double = new WireDouble(log)
    double.#server.addService(StreamsService, {
      read: double.#read,
      append: double.#append,
      batchAppend: double.#batchAppend,
      delete: unimplemented,
      tombstone: unimplemented,
    })
    double.#server.addService(ServerFeaturesService, { getSupportedMethods })
    const credentials = ServerCredentials.createInsecure()
    double.#port = await new Promise((resolve, reject) => {
      double.#server.bindAsync(`127.0.0.1:${String(port)}`, credentials, (error, bound) => {
        if (error) reject(error)
        else resolve(bound)
      })
    })
    return double
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    return `esdb://127.0.0.1:${String(this.#port)}?tls=false`
  }

  /** Ends every subscription as a node that goes away does. */
  drop(): void {
    for (const call of this.#subscriptions) call.emit('error', problem(status.UNAVAILABLE, 'dropped'))
    this.#subscriptions.clear()
  }

  stop(): void {
    this.#subscriptions.clear()
    this.#server.forceShutdown()
  }

  readonly #read: handleServerStreamingCall<ReadReq, ReadResp> = (call) => {
    const options = call.request.getOptions() ?? new ReadReq.Options()
    // Subscriptions come when they come, so what is meant for the next call passes them by.
    if (options.hasSubscription()) {
      this.#subscribe(call, options)
      return
    }
    const refused = this.#refusal(call.metadata)
    if (refused === 'silent') return
    if (refused !== undefined) call.emit('error', refused)
    else if (options.hasStream()) this.#readStream(call, options)
    else this.#readAll(call, options)
  }

  readonly #append: handleClientStreamingCall<AppendReq, AppendResp> = (call, answer) => {
    let [name, expected]: [string, WireExpected] = ['', 'any']
    const proposed: Proposed[] = []
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions()
      const message = request.getProposedMessage()
      if (options !== undefined) {
        name = nameOf(options.getStreamIdentifier())
        if (options.hasNoStream()) expected = 'none'
        else if (options.hasStreamExists()) expected = 'exists'
        else if (!options.hasAny()) expected = BigInt(options.getRevision())
      }
      if (message !== undefined) {
        proposed.push({
          id: message.getId()?.getString() ?? '',
          type: message.getMetadataMap().get('type') ?? '',
          contentType: message.getMetadataMap().get('content-type') ?? '',
          data: message.getData_asU8(),
          metadata: message.getCustomMetadata_asU8(),
        })
      }
    })
    call.on('end', () => {
      const refused = this.#refusal(call.metadata)
      if (refused === 'silent') return
      if (refused !== undefined) {
        answer(refused)
        return
      }
      const revision = this.log.append(name, expected, proposed)
      if (this.faults.silentAppends > 0) {
        this.faults.silentAppends -= 1
        return
      }
      if (this.faults.brokenAppends > 0) {
        this.faults.brokenAppends -= 1
        answer(problem(status.UNAVAILABLE, 'the connection broke'))
        return
      }
      answer(null, revision === undefined ? this.#wrong(name, expected) : this.#success(name, revision))
    })
  }

  readonly #batchAppend: handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> = (call) => {
    this.batches += 1
    call.emit('error', problem(status.UNIMPLEMENTED, 'the wire double takes no batches'))
  }

  #refusal(metadata: Metadata): Partial<ServiceError> | 'silent' | undefined {
    const { faults } = this
    if (faults.silent > 0) {
      faults.silent -= 1
      return 'silent'
    }
    if (faults.refused !== undefined) {
      const { code, left, exception } = faults.refused
      faults.refused = left > 1 ? { ...faults.refused, left: left - 1 } : undefined
      return problem(code, 'refused', exception === undefined ? {} : { exception })
    }
    if (faults.leader === undefined || metadata.get('requires-leader').length === 0) return undefined
    return problem(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': faults.leader.host,
      'leader-endpoint-port': String(faults.leader.port),
    })
  }

  #success(name: string, revision: bigint): AppendResp {
    const position = new AppendResp.Position()
    const last = String(this.log.stream(name)[Number(revision)]?.position ?? 0n)
    position.setCommitPosition(last).setPreparePosition(last)
    const success = new AppendResp.Success().setCurrentRevision(String(revision)).setPosition(position)
    return new AppendResp().setSuccess(success)
  }

  #wrong(name: string, expected: WireExpected): AppendResp {
    const wrong = new AppendResp.WrongExpectedVersion()
    const { length } = this.log.stream(name)
    if (length === 0) wrong.setCurrentNoStream(new Empty())
    else wrong.setCurrentRevision(String(length - 1))
    if (typeof expected === 'bigint') wrong.setExpectedRevision(String(expected))
    else if (expected === 'none') wrong.setExpectedNoStream(new Empty())
    return new AppendResp().setWrongExpectedVersion(wrong)
  }

  #readStream(call: ReadCall, options: ReadReq.Options): void {
    const place = options.getStream()
    const name = nameOf(place?.getStreamIdentifier())
    let stream = this.log.stream(name)
    if (this.faults.stale !== undefined) {
      const { without, left } = this.faults.stale
      stream = stream.slice(0, Math.max(0, stream.length - without))
      this.faults.stale = left > 1 ? { without, left: left - 1 } : undefined
    }
    if (stream.length === 0) {
      const identifier = new StreamIdentifier().setStreamName(Buffer.from(name))
      call.write(
        new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier)),
      )
      call.end()
      return
    }
    const isBackwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS
    const revision = place?.hasRevision() === true ? BigInt(place.getRevision()) : undefined
    const wanted = stream.filter((record) => {
      if (revision === undefined) return true
      return isBackwards ? record.revision <= revision : record.revision >= revision
    })
    this.#give(call, isBackwards ? wanted.reverse() : wanted, options)
  }

  #readAll(call: ReadCall, options: ReadReq.Options): void {
    const isBackwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS
    const all = options.getAll()
    const position =
      all?.hasPosition() === true ? BigInt(all.getPosition()?.getCommitPosition() ?? '0') : undefined
    const { records } = this.log
    const index = position === undefined ? (isBackwards ? records.length : 0) : this.log.indexAt(position)
    // A position is a byte offset: where no record begins, there is nothing to read.
    if (position !== undefined && index < records.length && records[index]?.position !== position) {
      if (this.faults.isVague) call.end()
      else call.emit('error', problem(status.UNKNOWN, 'Trying to read from an invalid position.'))
      return
    }
    // Forwards the record at the position comes first, backwards it does not come.
    const most = Math.min(Number(options.getCount()), records.length)
    const wanted = isBackwards
      ? records.slice(Math.max(0, index - most), index)
      : records.slice(index, index + most)
    this.#give(call, isBackwards ? wanted.reverse() : wanted, options)
  }

  #give(call: ReadCall, wanted: readonly WireRecord[], options: ReadReq.Options): void {
    const count = BigInt(options.getCount())
    const some = count > BigInt(wanted.length) ? wanted : wanted.slice(0, Number(count))
    const hasPosition = options.hasAll() || !this.faults.isOld
    for (const record of some) call.write(eventOf(record, options.getResolveLinks(), hasPosition))
    call.end()
  }

  #subscribe(call: ReadCall, options: ReadReq.Options): void {
    this.subscribed += 1
    this.#subscriptions.add(call)
    const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? []
    const position = options.getAll()?.getPosition()
    const after = position === undefined ? -1n : BigInt(position.getCommitPosition())
    let passed = 0
    const give = (record: WireRecord): void => {
      if (prefixes.some((prefix) => record.stream.startsWith(prefix))) {
        call.write(eventOf(record, false))
      } else if (++passed % 4 === 0) {
        const checkpoint = new ReadResp.Checkpoint().setCommitPosition(String(record.position))
        // As the server does (its issue 3989): the prepare position of a checkpoint may be 0.
        call.write(new ReadResp().setCheckpoint(checkpoint.setPreparePosition('0')))
      }
    }
    call.write(
      new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId('double')),
    )
    for (const record of this.log.records) if (record.position > after) give(record)
    call.write(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()))
    const stop = this.log.onAdded((record) => {
      if (!this.faults.muted && this.#subscriptions.has(call)) give(record)
    })
    call.on('cancelled', () => {
      stop()
      this.#subscriptions.delete(call)
    })
  }
}

function eventOf(record: WireRecord, isResolved: boolean, hasPosition = true): ReadResp {
  const answer = new ReadResp.ReadEvent().setCommitPosition(String(record.position))
  if (isResolved && record.target !== undefined) {
    answer.setEvent(recordOf(record.target, hasPosition)).setLink(recordOf(record, hasPosition))
  } else {
    answer.setEvent(recordOf(record, hasPosition))
  }
  return new ReadResp().setEvent(answer)
}

/** What servers before 22.6 tell with the events of a stream. */
const NO_POSITION = 2n ** 64n - 1n

function recordOf(record: WireRecord, hasPosition: boolean): ReadResp.ReadEvent.RecordedEvent {
  const event = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString(record.id))
    .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(record.stream)))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(String(hasPosition ? record.position : NO_POSITION))
    .setPreparePosition(String(hasPosition ? record.position : NO_POSITION))
    .setData(record.data)
    .setCustomMetadata(record.metadata)
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', '17640000000000000')
  return event
}

function nameOf(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()
}

const getSupportedMethods: handleUnaryCall<Empty, SupportedMethods> = (_, answer) => {
  const batch = new SupportedMethod()
    .setServiceName('event_store.client.streams.streams')
    .setMethodName('batchappend')
  answer(null, new SupportedMethods().setEventStoreServerVersion('double').setMethodsList([batch]))
}

const unimplemented: handleUnaryCall<unknown, never> = (_, answer) => {
  answer(problem(status.UNIMPLEMENTED, 'not in the wire double'))
}

function problem(code: status, details: string, more: Record<string, string> = {}): Partial<ServiceError> {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(more)) metadata.set(name, value)
  return { code, details, metadata }
}
