// A client process: sends the requests it is given on its standard input, side by side, and tells what came of each.
import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

function send({ url, method, headers, body }) {
  return new Promise((resolve) => {
    const outgoing = request(url, { method, headers, agent }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', (error) => resolve({ status: 0, body: error.message, headers: {} }))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    outgoing.on('error', (error) => resolve({ status: 0, body: error.message, headers: {} }))
    outgoing.end(body)
  })
}

/** Sends; one that came too late is sent anew on the version it is told, or once more where nothing is told. */
async function insist(wish, most) {
  for (let tries = 1; ; tries++) {
    const answer = await send(wish)
    const version = answer.status === 412 ? JSON.parse(answer.body).version : undefined
    const again = version !== undefined || answer.status === 409
    if (!again || tries >= most) return { ...answer, tries, key: wish.headers['idempotency-key'] }
    if (version !== undefined) wish.headers['if-match'] = `"${version}"`
  }
}

let text = ''
for await (const chunk of process.stdin) text += chunk
const { wishes, most = 1 } = JSON.parse(text)
const answers = await Promise.all(wishes.map((wish) => insist(wish, most)))
agent.destroy()
process.stdout.write(JSON.stringify(answers))
