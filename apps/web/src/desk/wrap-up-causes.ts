import { useQuery } from '@tanstack/react-query'
import type { Case, CaseLine } from '../api/case'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import type { JourneyContext, Page } from '../api/journey'
import { useMe } from '../work/colleagues'
import type { Cause } from './wrap-up-draft'

const READERS = ['supervisor', 'analyst', 'knowledge-owner', 'administrator']
/** Cases looked into for what colleagues noted. */
const CASES = 8
const REMEMBERED = 'throughline.causes'
const MOST_REMEMBERED = 30

/** Those noted most often first; the same code once, with its department where anybody knew it. */
export function ranked(causes: readonly Cause[]): readonly Cause[] {
  const found = new Map<string, { readonly cause: Cause; readonly times: number }>()
  for (const cause of causes) {
    const before = found.get(cause.code)
    const department = before?.cause.department ?? cause.department
    found.set(cause.code, {
      cause: { ...(before?.cause ?? cause), ...(department !== undefined && { department }) },
      times: (before?.times ?? 0) + 1,
    })
  }
  return [...found.values()].toSorted((one, other) => other.times - one.times).map(({ cause }) => cause)
}

/** Those that hold every word typed, in whatever case and with whatever accents. */
export function matching(causes: readonly Cause[], typed: string): readonly Cause[] {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  return causes.filter(({ code, words: said, department = '' }) => {
    const text = plain(`${said} ${code} ${department}`)
    return words.every((word) => text.includes(word))
  })
}

/** `Product` of `product`, `Customer service` of `customer-service`. */
export function departmentName(code: string): string {
  const words = code.replaceAll(/[-_.]+/g, ' ')
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** Causes that colleagues noted for the same reason, that this browser noted, and that have an owner, as far as one may see. */
export function useCauses(context: JourneyContext | undefined): readonly Cause[] {
  const api = useApi()
  const { roles } = useMe()
  const reader = roles.some((role) => READERS.includes(role))
  const reason = context?.reason?.code
  const thing = context?.item?.kind
  const { data = [] } = useQuery({
    queryKey: ['causes', thing, reason, reader],
    queryFn: async ({ signal }) => [
      ...(await notedInCases(api, thing, reason, signal)),
      ...(reader ? await owned(api, signal) : []),
    ],
    staleTime: 300_000,
    enabled: context !== undefined,
  })
  const here = (context?.contacts ?? []).flatMap(({ summary }) => summary?.causes ?? [])
  return ranked([...here, ...data, ...remembered()])
}

async function notedInCases(
  api: Api,
  thing: string | undefined,
  reason: string | undefined,
  signal: AbortSignal,
): Promise<readonly Cause[]> {
  const pages = await Promise.all(
    ['open', 'resolved'].map((status) =>
      api.get<Page<CaseLine>>(`/case/cases?list=all&status=${status}&limit=100`, { signal }),
    ),
  )
  const near = ({ item, reason: why }: CaseLine): number =>
    (why?.code === reason ? 2 : 0) + (item?.kind === thing ? 1 : 0)
  const chosen = pages
    .flatMap(({ items }) => items)
    .toSorted((one, other) => near(other) - near(one) || (one.changedAt < other.changedAt ? 1 : -1))
    .slice(0, CASES)
  const cases = await Promise.all(chosen.map(({ id }) => api.get<Case>(`/case/cases/${id}`, { signal })))
  return cases.flatMap(({ timeline }) =>
    timeline.flatMap((step) => (step.what === 'contact' ? (step.causes ?? []) : [])),
  )
}

async function owned(api: Api, signal: AbortSignal): Promise<readonly Cause[]> {
  const { items } = await api.get<
    Page<{ readonly cause: string; readonly words?: string; readonly department: string | null }>
  >('/insight/causes?limit=200', { signal })
  return items.map(({ cause, words, department }) => ({
    code: cause,
    words: words ?? departmentName(cause),
    ...(department !== null && { department }),
  }))
}

function remembered(): readonly Cause[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]')
    if (!Array.isArray(kept)) return []
    return kept.flatMap((each: unknown) =>
      typeof each === 'object' &&
      each !== null &&
      'code' in each &&
      'words' in each &&
      typeof each.code === 'string' &&
      typeof each.words === 'string'
        ? [
            {
              code: each.code,
              words: each.words,
              ...('department' in each &&
                typeof each.department === 'string' && { department: each.department }),
            },
          ]
        : [],
    )
  } catch {
    return []
  }
}

/** What somebody wrote in free words is there to choose the next time. */
export function rememberCauses(causes: readonly Cause[]): void {
  try {
    const kept = ranked([...causes, ...remembered()]).slice(0, MOST_REMEMBERED)
    localStorage.setItem(REMEMBERED, JSON.stringify(kept))
  } catch {
    // Typed again then.
  }
}
