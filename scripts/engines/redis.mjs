// Redis on this machine, from the system's package.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, find, HOST } from './shared.mjs'

const program = () => find('redis-server', ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'])

const settings = ({ folder, port }) => `# Written by npm run engines at each start.
bind ${HOST}
port ${port}
dir ${JSON.stringify(folder)}
daemonize no
# Views are rebuilt from the store when they are lost; keeping them spares that at a restart.
appendonly yes
appendfsync everysec
save ""
# Where memory ends, writing is refused and nothing is thrown away behind the platform's back.
maxmemory 256mb
maxmemory-policy noeviction
`

export const redis = {
  name: 'redis',
  label: 'Redis',
  variable: 'REDIS_URL',
  port: 6379,
  portVariable: 'REDIS_PORT',
  stopBy: 'SIGTERM',
  abandonBy: 'SIGKILL',
  patience: 30,
  address: (port) => `redis://${HOST}:${port}`,

  answers: (port) =>
    ask(port, 'INFO server\r\n', (answer) => /^redis_version:(\S+)\r\n/m.exec(answer.toString())?.[1]),

  missing: () =>
    program() === undefined ? 'no redis-server is installed: apt-get install redis-server' : undefined,

  packages: () => (program() === undefined ? ['redis-server'] : []),

  prepare({ folder, port }) {
    const config = join(folder, 'redis.conf')
    writeFileSync(config, settings({ folder, port }))
    const log = join(folder, 'redis.log')
    return { program: program(), parameters: [config], log, told: log }
  },
}
