// Whether the app in this container takes work, for images without a shell: node ready.cjs [URL].
const url = process.argv[2] ?? 'http://127.0.0.1:9090/health/ready'
fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok, status }) => {
    if (!ok) process.stderr.write(`${url} answers ${status}\n`)
    process.exitCode = ok ? 0 : 1
  },
  (error) => {
    process.stderr.write(`${url}: ${error.message}\n`)
    process.exitCode = 1
  },
)
