import { useState } from 'react'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import { randomKey } from '../api/random'
import { useRefreshWork } from './work-data'

export interface Doing {
  readonly busy: boolean
  readonly error: unknown
  /** True when it happened. The same `of` asks for the same command, until it happened. */
  readonly run: (of: string, act: (api: Api, key: string) => Promise<unknown>) => Promise<boolean>
}

/** A command with its progress and its refusal; what is shown of work is asked for again afterwards. */
export function useCommand(): Doing {
  const api = useApi()
  const refresh = useRefreshWork()
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: unknown }>({
    busy: false,
    error: undefined,
  })
  const [command, setCommand] = useState<{ readonly of: string; readonly key: string }>()
  return {
    ...state,
    run: async (of, act) => {
      if (state.busy) return false
      const key = command?.of === of ? command.key : randomKey()
      setCommand({ of, key })
      setState({ busy: true, error: undefined })
      try {
        await act(api, key)
        setState({ busy: false, error: undefined })
        setCommand(undefined)
        return true
      } catch (error) {
        setState({ busy: false, error })
        return false
      } finally {
        refresh()
      }
    },
  }
}
