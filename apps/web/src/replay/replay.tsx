import { TopBar } from '../desk/frame'

export default function Replay() {
  return <TopBar title="Replay" />
}
