import { TopBar } from '../desk/frame'

export default function Knowledge() {
  return <TopBar title="Knowledge" />
}
