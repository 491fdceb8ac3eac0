import { TopBar } from '../desk/frame'

export default function Insight() {
  return <TopBar title="Insight" />
}
