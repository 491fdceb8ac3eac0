export default function Case({ caseId }: { readonly caseId: string }) {
  return <p>{caseId}</p>
}
