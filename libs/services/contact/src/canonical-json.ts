/** What canonical JSON can hold here. Numbers are integers within ±(2⁵³ − 1), so that no language prints them otherwise. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * JSON by RFC 8785: no white space, members sorted by the UTF-16 units of their names, text as it is, never normalised.
 * Throws RangeError for fractions, huge numbers and half surrogate pairs, which have no such form.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') return integer(value)
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  // `sort` without an argument compares UTF-16 units, as RFC 8785 §3.2.3 asks.
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${text(name)}:${canonicalJson(value[name] ?? null)}`).join(',')}}`
}

/** `Array.isArray` does not tell a readonly list from an object. */
function isList(value: readonly Json[] | Readonly<Record<string, Json>>): value is readonly Json[] {
  return Array.isArray(value)
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError('canonical JSON here holds whole numbers only')
  return String(value)
}

/** RFC 8785 §3.2.2.2 takes its text form from ECMAScript. */
function text(value: string): string {
  if (!value.isWellFormed()) throw new RangeError('half a surrogate pair has no UTF-8 form')
  return JSON.stringify(value)
}
