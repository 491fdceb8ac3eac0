import { TopBar } from '../desk/frame'

export default function Desk() {
  return <TopBar title="Desk" />
}
