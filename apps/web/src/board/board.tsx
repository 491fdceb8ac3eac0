import { TopBar } from '../desk/frame'

export default function Board() {
  return <TopBar title="Board" />
}
