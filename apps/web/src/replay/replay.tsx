import { useParams } from 'wouter'
import { ReplayJourney } from './journey'
import { PickJourney } from './pick'

/** The time machine: pick a journey, then go through its moments. */
export default function Replay() {
  const journeyId = useParams<{ '*'?: string }>()['*']?.split('/')[0]
  return journeyId === undefined || journeyId === '' ? (
    <PickJourney />
  ) : (
    <ReplayJourney key={journeyId} journeyId={journeyId} />
  )
}
