import { journeyScenario } from './journey.scenario.js'
import { openStage } from './stage.js'

journeyScenario('the whole journey on one machine', async () => {
  const stage = await openStage()
  const { url, operator, logged } = stage
  return {
    url,
    operator,
    logged,
    now: () => stage.clock.now(),
    person: (email) => stage.person(email),
    guest: () => stage.guest(),
    settle: () => stage.settle(),
    pass: (milliseconds) => stage.pass(milliseconds),
    until: async (ask, fits) => {
      for (;;) {
        const answer = await ask()
        if (fits(answer)) return answer
        await stage.pass(0)
      }
    },
    listeners: (count) => stage.listeners(count),
    restart: async () => {
      const before = stage.host().readers
      await stage.restart()
      if (stage.host().readers === before) throw new Error('the process was not started anew')
    },
    stop: () => stage.stop(),
  }
})
