import { Api } from '../api/client'
import type { ReadOptions } from '../api/client'
import { Problem } from '../api/problem'

/** Names and the shop's own name are the same at every moment. */
const SAME_AT_ALL_TIMES = /^\/(identity\/names|platform\/about)(\?|$)/

export function isSameAtAllTimes(path: string): boolean {
  return SAME_AT_ALL_TIMES.test(path)
}

/**
 * What the views of a past moment have in place of the server: names, and nothing else. Whatever else they ask for is not
 * there, so that nothing of today gets into a past moment, and nothing can be done from it.
 */
export class PastApi extends Api {
  override get<Answer>(path: string, options?: ReadOptions): Promise<Answer> {
    return isSameAtAllTimes(path) ? super.get<Answer>(path, options) : Promise.reject(notThen())
  }

  override send<Answer>(): Promise<Answer> {
    return Promise.reject(notThen())
  }

  override stream(): Promise<Response> {
    return Promise.reject(notThen())
  }
}

function notThen(): Problem {
  return new Problem(404, 'replay.not-recorded', 'This is not recorded of that moment.')
}
