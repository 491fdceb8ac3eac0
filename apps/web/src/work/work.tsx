import { TopBar } from '../desk/frame'

export default function Work() {
  return <TopBar title="Work" />
}
