import type shared from './en/shared.json'
import type customer from './en/customer.json'
import type conversation from './en/conversation.json'
import type desk from './en/desk.json'
import type wrapup from './en/wrapup.json'
import type work from './en/work.json'
import type board from './en/board.json'
import type policy from './en/policy.json'
import type knowledge from './en/knowledge.json'
import type insight from './en/insight.json'
import type replay from './en/replay.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shared'
    resources: {
      shared: typeof shared
      customer: typeof customer
      conversation: typeof conversation
      desk: typeof desk
      wrapup: typeof wrapup
      work: typeof work
      board: typeof board
      policy: typeof policy
      knowledge: typeof knowledge
      insight: typeof insight
      replay: typeof replay
    }
  }
}
