export default function NeedHelp() {
  return null
}
