/**
 * Any text as a text without NUL and without lone surrogates, in the same order of bytes. NUL is then free to end a
 * part, so that no key, list or sort can reach into another's.
 */
export function escaped(text: string): string {
  return text.replace(/[\0\u0001]|\p{Surrogate}/gu, (sign) => {
    if (sign === '\0') return '\u0001\u0001'
    if (sign === '\u0001') return '\u0001\u0002'
    return `\u0001\u0003${sign.charCodeAt(0).toString(16)}`
  })
}

export function unescaped(text: string): string {
  return text.replace(/\u0001(\u0001|\u0002|\u0003([\da-f]{4}))/g, (_all, sign: string, code?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return sign === '\u0001' ? '\0' : '\u0001'
  })
}

/** Text as a part of a Redis key: no sign that a pattern, a hash tag, a line or an access rule gives a meaning to. */
export function named(text: string): string {
  return Buffer.from(escaped(text)).reduce((name, byte) => {
    const sign = String.fromCharCode(byte)
    return name + (/[\w.@~-]/.test(sign) ? sign : `%${byte.toString(16).padStart(2, '0')}`)
  }, '')
}

/**
 * The two keys of a view: its rows and their order. What stands in braces is the hash tag of Redis Cluster: a view's name
 * up to the first `~`, so that a view, its rebuild (`…~rebuild`) and its snapshots stand in one slot and one script or
 * RENAME reaches them all.
 */
export function keysOf(prefix: string, view: string): readonly [rows: string, order: string] {
  const name = named(view)
  const end = name.indexOf('~')
  // An empty tag would be none.
  const [tag, rest] = end < 0 ? [name, ''] : [name.slice(0, end), name.slice(end)]
  const key = `${prefix}:view:{${tag === '' ? '%' : tag}}${rest}`
  return [`${key}:rows`, `${key}:order`]
}
