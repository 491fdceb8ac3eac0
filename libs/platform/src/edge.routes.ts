/** Which service answers a path; undefined where none does. */
export function serviceOf(path: string): string | undefined {
  // Made of the contracts, so every service tells the same.
  if (/^\/api\/events(?:\.json)?(?:\?|$)/.test(path)) return 'identity'
  const [, area, ...rest] = /^\/api\/v1\/([a-z-]+)(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(path) ?? []
  if (area !== 'platform') return area
  // `case.cases`, `case`, `view:case.cases`: names of readers begin with their service.
  const [what, name] = rest
  if (what !== 'views' && what !== 'dead-letters') return 'identity'
  return name === undefined ? 'identity' : /^(?:view(?::|%3A))?([a-z-]+)/i.exec(name)?.[1]
}
