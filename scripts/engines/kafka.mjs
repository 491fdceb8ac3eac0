// Apache Kafka on this machine: one node that is broker and controller at once (KRaft), from the jars of Maven Central.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { ask, CannotStart, find, freePort, HOST, isProgram, isTaken, said } from './shared.mjs'

export const KAFKA = '4.1.1'
// The binding that lets Kafka write its log; its own distribution brings the same.
const LOG4J = '2.24.3'

function java() {
  const home = process.env.JAVA_HOME
  const path = home && isProgram(join(home, 'bin/java')) ? join(home, 'bin/java') : find('java')
  if (path === undefined) return undefined
  const version = Number(
    /"?version" ?"?(\d+)|openjdk (\d+)/
      .exec(said(path, ['--version']))
      ?.slice(1)
      .find(Boolean),
  )
  return { path, version }
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>throughline</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA}</version></dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${LOG4J}</version>
    </dependency>
  </dependencies>
</project>
`

const jarOf = (lib) => join(lib, `kafka_2.13-${KAFKA}.jar`)

/** Fetches the jars once; they are taken over whole or not at all. */
function fetchJars(lib) {
  if (existsSync(jarOf(lib))) return
  const maven = find('mvn')
  const work = `${lib}.${process.pid}`
  mkdirSync(work, { recursive: true })
  writeFileSync(join(work, 'pom.xml'), pom)
  const out = `-DoutputDirectory=${join(work, 'lib')}`
  try {
    execFileSync(maven, ['-q', '-B', 'dependency:copy-dependencies', out, '-DincludeScope=runtime'], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    rmSync(lib, { recursive: true, force: true })
    renameSync(join(work, 'lib'), lib)
  } catch (error) {
    // Another run brought them in the meantime.
    if (existsSync(jarOf(lib))) return
    const words = `${error.stdout ?? ''}${error.stderr ?? ''}`
      .split('\n')
      .filter((line) => line.includes('ERROR'))
    throw new CannotStart(
      `the jars of Kafka ${KAFKA} could not be fetched with Maven: ${words[0] ?? error.message}`,
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const properties = ({ folder, port, controller }) => `# Written by npm run engines at each start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${HOST}:${controller}
listeners=PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controller}
advertised.listeners=PLAINTEXT://${HOST}:${port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${join(folder, 'log')}
# Topics are made by code with explicit settings; a misspelt one is an error.
auto.create.topics.enable=false
# One node holds everything.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Kafka's own topics have 50 partitions each, which one node only pays for.
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=8
# Groups form at once, and a member that died is missed after a second where its consumer asks for that.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
message.max.bytes=1048588
log.cleaner.dedupe.buffer.size=16777216
`

const logging = (folder) => `status=error
appenders=file
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=${join(folder, 'kafka.log')}
appender.file.filePattern=${join(folder, 'kafka.%i.log')}
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %p %m (%c)%n%throwable
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=2
rootLogger.level=info
rootLogger.appenderRefs=file
rootLogger.appenderRef.file.ref=file
`

/** Asks for the cluster's brokers (Metadata, version 1, no topics): one that is listed takes work. */
function answers(port) {
  const header = Buffer.from([0, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0])
  header.writeInt32BE(header.length - 4, 0)
  return ask(port, header, (answer) => {
    if (answer.length < answer.readInt32BE(0) + 4) return undefined
    // Correlation, then the brokers: number, id, host, port, rack; then who is controller.
    return answer.readInt32BE(4) === 7 ? answer.readInt32BE(8) : undefined
  }).then((brokers) => (brokers > 0 ? KAFKA : undefined))
}

export const kafka = {
  name: 'kafka',
  label: 'Apache Kafka',
  variable: 'KAFKA_BROKERS',
  port: 9092,
  portVariable: 'KAFKA_PORT',
  // The platform asks for three copies of everything where it is not told that there is one node.
  settings: [
    ['KAFKA_REPLICATION', '1'],
    ['KAFKA_MIN_INSYNC', '1'],
  ],
  stopBy: 'SIGTERM',
  abandonBy: 'SIGKILL',
  patience: 90,
  address: (port) => `${HOST}:${port}`,
  answers,

  /** What is missing here, as a sentence; undefined when it can start. */
  missing(lib) {
    const found = java()
    if (found === undefined) return 'no Java is installed: apt-get install default-jre-headless'
    if (!(found.version >= 17))
      return `Kafka ${KAFKA} needs Java 17 or later, and ${found.path} is ${found.version || 'none'}: apt-get install openjdk-17-jre-headless`
    if (!existsSync(jarOf(lib)) && find('mvn') === undefined)
      return 'its jars come with Maven, which is not installed: apt-get install maven'
    return undefined
  },

  /** Debian's packages that would bring it. */
  packages(lib) {
    return [
      ...(java()?.version >= 17 ? [] : ['default-jre-headless']),
      ...(existsSync(jarOf(lib)) || find('mvn') !== undefined ? [] : ['maven']),
    ]
  },

  /** Writes what a node needs and says how to begin it; the data that is there stays. */
  async prepare({ folder, port, lib, heap = '400m' }) {
    mkdirSync(dirname(lib), { recursive: true })
    fetchJars(lib)
    // Beside the port that clients use, so that it stays the same from start to start; nobody else speaks to it.
    const controller = port < 65_535 && !(await isTaken(port + 1)) ? port + 1 : await freePort()
    const config = join(folder, 'server.properties')
    const log4j = join(folder, 'log4j2.properties')
    writeFileSync(config, properties({ folder, port, controller }))
    writeFileSync(log4j, logging(folder))
    const classes = readdirSync(lib)
      .map((jar) => join(lib, jar))
      .join(delimiter)
    const settings = [`-Dlog4j2.configurationFile=${log4j}`, '-cp', classes]
    const program = java().path
    if (!existsSync(join(folder, 'log/meta.properties'))) {
      const id = clusterIn(folder)
      const format = ['format', '-t', id, '-c', config, '--ignore-formatted']
      try {
        execFileSync(program, ['-Xshare:auto', ...settings, 'kafka.tools.StorageTool', ...format], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
      } catch (error) {
        throw new CannotStart(
          `its folder could not be prepared: ${error.stderr || error.stdout || error.message}`,
        )
      }
    }
    const memory = [`-Xmx${heap}`, `-Xms${heap}`, '-XX:+ExitOnOutOfMemoryError']
    return {
      program,
      parameters: [...memory, ...settings, 'kafka.Kafka', config],
      log: join(folder, 'kafka.out'),
      told: join(folder, 'kafka.log'),
    }
  },
}

function clusterIn(folder) {
  const file = join(folder, 'cluster-id')
  // A cluster's id is 16 bytes in base64url, and may not begin with a hyphen on the command line.
  if (!existsSync(file)) writeFileSync(file, `k${randomBytes(16).toString('base64url').slice(1)}`)
  return readFileSync(file, 'utf8')
}
