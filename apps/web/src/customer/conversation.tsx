export default function Conversation({ contactId }: { readonly contactId: string }) {
  return <p>{contactId}</p>
}
