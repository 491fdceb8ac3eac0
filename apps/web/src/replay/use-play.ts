import { useEffect, useEffectEvent, useState } from 'react'

/** One moment in so many milliseconds. */
const BEAT = 1_000

/** Goes on by itself, a moment a second, until the last one or until somebody stops it. */
export function usePlay(
  index: number,
  count: number,
  onIndex: (index: number) => void,
): { readonly playing: boolean; readonly play: () => void; readonly pause: () => void } {
  const [playing, setPlaying] = useState(false)
  const next = useEffectEvent(() => {
    if (index + 1 < count) onIndex(index + 1)
    if (index + 2 >= count) setPlaying(false)
  })
  useEffect(() => {
    if (!playing) return undefined
    const beat = setInterval(() => {
      next()
    }, BEAT)
    return () => {
      clearInterval(beat)
    }
  }, [playing])
  return {
    playing,
    play: () => {
      if (index + 1 >= count) onIndex(0)
      setPlaying(count > 1)
    },
    pause: () => {
      setPlaying(false)
    },
  }
}
