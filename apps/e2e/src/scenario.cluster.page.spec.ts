import { openClusterStage } from './cluster.stage.js'
import { openCompany } from './pages.stage.js'
import { scenario } from './scenario.js'

// Ends what hangs; a dozen processes start on a machine however busy.
jest.setTimeout(240_000)

const LINES = 60

scenario('Ana and Joel, each at a browser of their own, every service as a process of its own', async () => {
  const stage = await openClusterStage()
  const { url, operator, mailbox, said } = stage
  const explain = (): void => {
    process.stderr.write(`${said.slice(-LINES).join('\n')}\n`)
  }
  try {
    await openCompany({
      url,
      operator,
      mailbox,
      now: () => Date.now(),
      pass: () => Promise.reject(new Error('this cluster lives in the time of its browsers')),
      settle: () => stage.settle(),
    })
  } catch (error) {
    explain()
    await stage.stop()
    throw error
  }
  return { url, codeFor: mailbox, explain, stop: () => stage.stop() }
})
