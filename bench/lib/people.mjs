// Customers of a running system, signed in over its API.
import { readFileSync } from 'node:fs'

export async function post(url, path, body, token, more = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...more,
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

/** Signs in and resolves with a token; `lettersTo` gives the texts sent to an address, the newest last. */
export async function signIn(url, email, lettersTo) {
  const { challengeId } = await (await post(url, '/api/v1/identity/sign-in-codes', { email })).json()
  for (;;) {
    const code = /\d{7}/.exec(lettersTo(email).at(-1)?.replaceAll(' ', '') ?? '')?.[0]
    if (code !== undefined) {
      const session = await post(url, '/api/v1/identity/sessions', { challengeId, code })
      return (await session.json()).accessToken
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Letters that a system writes to a file instead of sending them. */
export function lettersIn(file) {
  return (email) => {
    let lines = []
    try {
      lines = readFileSync(file, 'utf8').split('\n')
    } catch {
      // Nothing was sent yet.
    }
    // The last line may still be being written.
    const whole = lines.slice(0, -1).map((line) => JSON.parse(line))
    return whole.filter(({ to }) => to.address === email).map(({ text }) => text)
  }
}
