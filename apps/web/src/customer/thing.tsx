export default function Thing({ itemId }: { readonly itemId: string }) {
  return <p>{itemId}</p>
}
