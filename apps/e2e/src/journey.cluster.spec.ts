import { SECOND } from '@throughline/kernel'
import { sized } from '@throughline/ports/suites'
import { ClusterClock } from './cluster.clock.js'
import { openClusterStage } from './cluster.stage.js'
import { journeyScenario } from './journey.scenario.js'
import type { JourneyStage } from './journey.scenario.js'

// Ends what hangs; a dozen processes start on a machine however busy.
jest.setTimeout(sized(240_000, 600_000))

/** One process of each service, told to stop; or two, killed. */
const isLong = sized(0, 1) === 1
/** Milliseconds until an answer that never fits is shown. */
const PATIENCE = 60 * SECOND
const LINES = 60

async function openJourneyCluster(): Promise<JourneyStage> {
  // A Friday noon: channels are open.
  const clock = await ClusterClock.open(Date.parse('2026-11-20T12:00:00.000Z'))
  const options = {
    environment: { ...clock.environment, THROUGHLINE_LOG: 'debug' },
    replicas: isLong ? 2 : 1,
  }
  const stage = await openClusterStage(options).catch(async (error: unknown) => {
    await clock.close()
    throw error
  })
  const { url, operator, cluster, said } = stage
  const pass = async (milliseconds: number): Promise<void> => {
    await clock.turn(cluster, milliseconds)
    await stage.settle()
    await clock.turn(cluster)
    await stage.settle()
  }
  let explained = 0
  return {
    url,
    operator,
    get logged() {
      // Where no mail is set up, words for people are shown at the terminal; they are no log.
      return said.filter((line) => !/^\S+ {3}To \S+: /.test(line))
    },
    now: () => clock.now(),
    person: (email) => stage.person(email),
    guest: () => stage.guest(),
    settle: () => stage.settle(),
    pass,
    until: async (ask, fits) => {
      for (const since = performance.now(); ;) {
        const answer = await ask()
        if (fits(answer)) return answer
        if (performance.now() - since > PATIENCE) throw new Error(`still ${JSON.stringify(answer)}`)
        await pass(0)
      }
    },
    listeners: (count) => stage.listeners(count),
    restart: () => stage.restart(isLong ? 'SIGKILL' : 'SIGTERM'),
    explain: () => {
      process.stderr.write(`${said.slice(Math.max(explained, said.length - LINES)).join('\n')}\n`)
      explained = said.length
    },
    stop: async () => {
      await stage.stop()
      await clock.close()
    },
  }
}

journeyScenario('the whole journey, every service as a process of its own', openJourneyCluster)
