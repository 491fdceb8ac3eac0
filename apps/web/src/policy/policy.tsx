import { TopBar } from '../desk/frame'

export default function Policy() {
  return <TopBar title="Policy" />
}
