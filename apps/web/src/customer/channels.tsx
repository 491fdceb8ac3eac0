export default function Channels({ journeyId }: { readonly journeyId: string }) {
  return <p>{journeyId}</p>
}
